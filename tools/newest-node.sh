#!/usr/bin/env bash
# Installs the newest Node beside the one that runs, to see that certificates verify on both: it comes as a package, and
# nothing else uses it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
package="node-$(node -p 'process.platform')-$(node -p 'process.arch')"
mkdir -p .lodemark/newest-node
printf '{ "private": true }\n' > .lodemark/newest-node/package.json
npm install --prefix .lodemark/newest-node --no-save --no-package-lock --no-audit --no-fund --silent "$package@latest"
".lodemark/newest-node/node_modules/$package/bin/node" --version
