# Debian rather than Alpine: the build runs on the Node that the dev dependency `node` brings, which is built
# for glibc. A tag can be pushed again, a digest cannot: --build-arg NODE_DIGEST=sha256:... pins it.
ARG NODE_DIGEST
FROM node:24.21.0-slim${NODE_DIGEST:+@${NODE_DIGEST}} AS base

FROM base AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM base AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM base
WORKDIR /app
ENV NODE_ENV=production \
    HOST=0.0.0.0
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY schema ./schema
COPY explorer ./explorer
COPY package.json LICENSE ./
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["node", "-e", "const host = process.env.HOST || '127.0.0.1'; fetch(`http://${host.includes(':') ? `[${host}]` : host}:${process.env.PORT || 4000}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself, not npm or a shell: so that it gets the signals. The options are those of `npm start`.
CMD ["node", "--enable-source-maps", "--max-semi-space-size=16", "--heap-growing-percent=45", "dist/main.js"]
