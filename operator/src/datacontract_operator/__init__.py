"""The controller: watches DataContracts and Warehouses and turns them into Jobs, CronJobs and a status."""
