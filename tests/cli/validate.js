// node validate.js ROOT NAME < json: are all documents on stdin (one, or one a line) what
// docs/schema/NAME.json says, and do the keys stand in its order?
const fs = require('fs');
const path = require('path');
const [given, name, lines] = process.argv.slice(2);
const root = path.resolve(given);
const Ajv = require(path.join(root, 'node_modules/ajv/dist/2020'));
const read = (n) => JSON.parse(fs.readFileSync(path.join(root, 'docs/schema', n + '.json')));
const ajv = new Ajv({ allErrors: true, strict: true, validateFormats: false });
const error = ajv.compile(read('assay.error.v1'));
const schema = read(name);
const result = ajv.compile(schema);

const text = fs.readFileSync(0, 'utf8');
const documents = (lines ? text.split('\n').filter(Boolean) : [text]).map((t) => JSON.parse(t));
if (documents.length === 0) {
  console.error('no document');
  process.exit(1);
}
for (const d of documents) {
  const check = lines && d.schema === 'assay.error.v1' ? error : result;
  if (!check(d)) {
    console.error(JSON.stringify(check.errors, null, 2));
    process.exit(1);
  }
  const wanted = Object.keys(check.schema.properties).join(' ');
  if (Object.keys(d).join(' ') !== wanted) {
    console.error('keys: ' + Object.keys(d).join(' ') + '\nwanted: ' + wanted);
    process.exit(1);
  }
}
