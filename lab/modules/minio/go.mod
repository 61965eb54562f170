module istio-fleet.local/lab/minio

go 1.26.0

require github.com/minio/minio v0.0.0-20250907161309-07c3a429bfed
