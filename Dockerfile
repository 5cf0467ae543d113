# trichdan in a container: one static binary and a folder for the data.
#
#   docker build -t trichdan .
#   docker run -d --name trichdan -v trichdan:/data -v "$PWD/articles:/articles:ro" \
#     -p 127.0.0.1:8080:8080 trichdan serve --corpus /articles

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
# The web page and webhooks are on port 8080 of the container, which -p above
# publishes to its host alone.
ENV TRICHDAN_DATA=/data HOME=/data TRICHDAN_LISTEN=:8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["/trichdan", "health"]
# The end waits for what is being answered, at most 10 s.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/trichdan"]
CMD ["serve"]
