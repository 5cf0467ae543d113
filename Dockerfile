# trichdan in a container: one static binary and a folder for the data.
#
#   docker build -t trichdan .
#   docker run -it -v trichdan:/data -v "$PWD/articles:/articles:ro" trichdan chat --corpus /articles

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /out/trichdan ./cmd/trichdan \
	&& mkdir -p /out/data /out/tmp

FROM scratch
# Telegram and Discord are reached over TLS.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/trichdan /trichdan
# The user of the last stage owns the data, so that a new volume is writable.
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
ENV TRICHDAN_DATA=/data HOME=/data
VOLUME /data
# Webhooks, where they are set up.
EXPOSE 8080
ENTRYPOINT ["/trichdan"]
CMD ["serve"]
