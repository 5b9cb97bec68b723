/** Standard Webhooks secrets: `whsec_` and the base64 of 24 to 64 bytes. */
import type { Result } from '../../result.ts';

const PREFIX = 'whsec_';

/** Returns the key, or what is wrong with the secret; the message never repeats it. */
export function parseSecret(text: string): Result<Uint8Array> {
  if (!text.startsWith(PREFIX))
    return refused('a secret does not begin with whsec_; make one: echo "whsec_$(openssl rand -base64 32)"');
  const encoded = text.slice(PREFIX.length);
  const key = Buffer.from(encoded, 'base64');
  if (key.toString('base64').replace(/=+$/, '') !== encoded.replace(/=+$/, ''))
    return refused('a secret is not base64 after whsec_');
  if (key.length < 24 || key.length > 64)
    return refused(`a secret has ${key.length} bytes; expected 24 to 64`);
  return { ok: true, value: key };
}

const refused = (wrong: string): Result<never> => ({ ok: false, wrong });

/** Returns the keys of all secrets, or what is wrong with the first bad one. One text may hold several secrets. */
export function parseSecrets(texts: readonly string[]): Result<readonly Uint8Array[]> {
  const keys: Uint8Array[] = [];
  for (const text of texts.flatMap((one) => one.split(/[\s,]+/)).filter((one) => one !== '')) {
    const key = parseSecret(text);
    if (!key.ok) return key;
    keys.push(key.value);
  }
  return { ok: true, value: keys };
}
