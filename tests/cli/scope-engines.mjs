// node scope-engines.mjs ROOT duckdb FILE: asks DuckDB the question in FILE over the rows of events.sql and prints stage,
// address and lines. node scope-engines.mjs ROOT kql FILE...: does Microsoft's own parser take them?
import fs from 'fs';
import path from 'path';
import { createRequire } from 'module';

const [given, engine, ...files] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(given), 'package.json'));

const columns = 'time timestamptz, source text, ip text, user_name text, host text, agent_id text, account text, licence text, ' +
  'user_agent text, sha256 text, sha1 text, md5 text, path text, file_name text, remote_host text, remote_ip text, url text, ' +
  'registry_key text, service text';

async function duckdb(file) {
  const { DuckDBInstance } = require('@duckdb/node-api');
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  await db.run(`create table assay_events (${columns})`);
  await db.run(fs.readFileSync('events.sql', 'utf8'));
  const answer = await db.runAndReadAll(fs.readFileSync(file, 'utf8'));
  const rows = answer.getRowObjectsJson();
  console.log(rows.map((r) => [r.stage, r.ip, r.lines].join('|')).sort().join('\n'));
}

function kql() {
  const parts = '@kusto/language-service-next/';
  require(parts + 'bridge.min.js');
  require(parts + 'Kusto.Language.Bridge.min.js');
  const { KustoCode } = globalThis.Kusto.Language;
  const errors = (text) => globalThis.Bridge.toArray(KustoCode.Parse(text).GetSyntaxDiagnostics());
  if (errors('T | wher a == = "x"').length === 0) throw new Error('the parser takes anything');
  for (const f of files) {
    const found = errors(fs.readFileSync(f, 'utf8'));
    if (found.length) throw new Error(f + ': ' + found[0].Message + ' at ' + found[0].Start);
  }
}

await (engine === 'duckdb' ? duckdb(files[0]) : kql());
