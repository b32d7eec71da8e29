# One image for every service; SERVICE says which one runs: registry, custody, provenance, standalone, or cli, which is
# the command line.
# Embedded Postgres needs glibc, so the image is Debian's and not Alpine's.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build && npm prune --omit=dev

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production SERVICE=standalone
WORKDIR /app
COPY --from=build --chown=root:root /app/package.json ./
COPY --from=build --chown=root:root /app/node_modules ./node_modules
COPY --from=build --chown=root:root /app/libs ./libs
COPY --from=build --chown=root:root /app/apps ./apps
COPY --from=build --chown=root:root /app/policies ./policies
# A named volume that is mounted here takes its owner over.
RUN install -d -o node -g node -m 700 /var/lib/lodemark/signed
USER node
# exec makes the service process 1, so that SIGTERM reaches it. Arguments are the service's own: `migrate`, `init`.
ENTRYPOINT ["sh", "-c", "exec node \"apps/$SERVICE/dist/main.js\" \"$@\"", "lodemark"]
