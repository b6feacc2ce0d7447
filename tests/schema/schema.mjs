// Compiles a schema file with ajv as every test here does: strict, all errors, formats checked.
import fs from 'fs';
import path from 'path';
import { createRequire } from 'module';
import { fileURLToPath } from 'url';

export const here = path.dirname(fileURLToPath(import.meta.url));

export function ajv(root) {
  const require = createRequire(path.join(root, 'package.json'));
  const it = new (require('ajv'))({ strict: false, allErrors: true, verbose: true });
  require('ajv-formats')(it);
  return it;
}

export const read = (name) => JSON.parse(fs.readFileSync(path.join(here, name), 'utf8'));
export const schema = (root, name) => ajv(root).compile(read(name + '.json')); // its .schema is what was read

// One line a reason, the first few of them.
export const reasons = (check) =>
  (check.errors || []).slice(0, 3).map((e) => (e.instancePath || '/') + ' ' + e.message).join('; ');
