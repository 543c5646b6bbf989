# The command alone, in an image without a shell, as a user without rights.
#
#   docker build -t conformance .
#   docker run --rm -v "$PWD:/work" -w /work --user "$(id -u)" -e ORG_ADMIN conformance run --config conformance.yaml
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /conformance ./cmd/conformance

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /conformance /conformance
ENTRYPOINT ["/conformance"]
