// The certificate of a local Kafka that is reached over TLS, made by the JDK's keytool.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The certificate, in PEM: it certifies itself, so it is also the authority that clients have to trust. */
export const CERTIFICATE = 'certificate.pem';
/** The certificate with its private key, for the brokers. */
export const KEY_STORE = 'brokers.p12';
/** Guards nothing: whoever reads the folder has the users' passwords as well. */
export const KEY_STORE_PASSWORD = 'local-kafka';

/** Makes both files in the cluster's folder. @throws Error with what keytool said */
export function makeCertificate(folder) {
  const store = ['-keystore', join(folder, KEY_STORE), '-storepass', KEY_STORE_PASSWORD, '-alias', 'brokers'];
  const names = ['-dname', 'CN=localhost', '-ext', 'san=ip:127.0.0.1,dns:localhost', '-ext', 'bc=ca:true'];
  keytool('-genkeypair', ...store, '-storetype', 'PKCS12', '-keyalg', 'EC', '-validity', '3650', ...names);
  keytool('-exportcert', '-rfc', ...store, '-file', join(folder, CERTIFICATE));
}

function keytool(...args) {
  const { status, error, stdout, stderr } = spawnSync('keytool', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`keytool failed: ${error?.message ?? stdout + stderr}`);
}
