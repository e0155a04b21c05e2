# Everything of this repository that runs, in one small image; docker-compose.yml says who runs what.
#
#   docker build -t archivist .                      the Archivist, its worker, its web UI
#   docker build -t cablecast --target station .     the reference station, for trying things out
#   docker build -t countersign --target toolkit .   the contract-testing toolkit
FROM rust:1.95-bookworm AS build
WORKDIR /build
COPY . .
# Without features: what is released answers no provider states.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/build/target \
    cargo build --release --locked --workspace --bins && \
    mkdir /out && \
    cp target/release/archivist target/release/archivist-ui target/release/transcription-worker \
       target/release/cablecast target/release/countersign /out/

FROM debian:bookworm-slim AS base
# curl asks for the health; the certificates are for stations and brokers behind https.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && \
    rm -rf /var/lib/apt/lists/* && \
    useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin archivist
STOPSIGNAL SIGTERM

FROM base AS toolkit
COPY --from=build /out/countersign /usr/local/bin/
USER archivist
WORKDIR /work
ENTRYPOINT ["countersign"]

FROM base AS station
COPY --from=build /out/cablecast /usr/local/bin/
USER archivist
EXPOSE 8700
CMD ["cablecast", "--listen", "0.0.0.0:8700", "--user", "archivist"]

FROM base AS archivist
COPY --from=build /out/archivist /out/archivist-ui /out/transcription-worker /usr/local/bin/
# Both belong to who runs here, so that volumes that are mounted on them do, too.
RUN install -d -o archivist -g archivist /recordings /data
USER archivist
VOLUME ["/recordings", "/data"]
EXPOSE 8600 8500
CMD ["archivist", "--listen", "0.0.0.0:8600", "--media-root", "/recordings", "--database", "/data/archivist.db"]
