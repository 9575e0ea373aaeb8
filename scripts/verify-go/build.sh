#!/bin/sh
# Builds the independent verifier from Debian's packages alone: golang, golang-golang-x-mod-dev.
# Usage: build.sh OUT. No network is used; the packages' sources are the GOPATH.
set -eu

out=${1:?usage: build.sh OUT}
case $out in /*) ;; *) out=$PWD/$out ;; esac
here=$(cd "$(dirname "$0")" && pwd)
sources=$(dpkg -L golang-golang-x-mod-dev | sed -n 's|/src/golang.org/x/mod/sumdb/tlog$||p')
[ -n "$sources" ] || { echo "golang-golang-x-mod-dev is not installed" >&2; exit 2; }

cd "$here"
GO111MODULE=off GOPATH="$sources" GOFLAGS= GOPROXY=off GOSUMDB=off GOTOOLCHAIN=local CGO_ENABLED=0 \
  go build -o "$out" main.go trust.go keys.go verify.go entries.go money.go figures.go fund.go
