# The service alone: PostgreSQL runs beside it, see docker-compose.yml.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked && cp target/release/migrant-desk /migrant-desk

FROM debian:12-slim AS service
# ca-certificates for TLS to the mail server and the database; it brings openssl, which deploy/keys.sh needs.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates openssl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/migrant-desk --create-home --shell /usr/sbin/nologin desk \
    && chmod 0700 /var/lib/migrant-desk
COPY --from=build /migrant-desk /usr/local/bin/migrant-desk
COPY deploy/keys.sh /usr/local/bin/migrant-desk-keys
USER desk
ENV HELPDESK_DATA_DIR=/var/lib/migrant-desk \
    HELPDESK_LISTEN=0.0.0.0:8080 \
    HELPDESK_LOG_FORMAT=json
VOLUME /var/lib/migrant-desk
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["migrant-desk", "health"]
ENTRYPOINT ["migrant-desk"]
CMD ["serve"]
