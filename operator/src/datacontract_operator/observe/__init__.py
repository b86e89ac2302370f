"""What there is: Kubernetes objects read into small frozen views, kept in a cache that the watches feed."""
