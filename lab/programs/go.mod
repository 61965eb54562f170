module istio-fleet.local/lab/programs

go 1.26.0
