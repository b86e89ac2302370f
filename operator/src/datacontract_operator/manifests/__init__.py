"""What is created: pure functions from a contract to the ConfigMap, Job and CronJob that run it."""
