// Reads Kubernetes objects, a JSON array, from standard input and holds each against its published schema. Prints what
// is wrong, exits 1 then.
import { readFileSync } from "node:fs";

// Where the package keeps the model of an object.
const packages = {
  "monitoring.coreos.com/v1": "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1",
};

// The schemas let unknown keys pass, and a misspelt key is the fault that people make. A key that the validator never
// looks at is one that the schema does not know.
function watched(value, path, seen) {
  if (value === null || typeof value !== "object") return value;
  const children = Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, watched(child, `${path}/${key}`, seen)]),
  );
  for (const key of Object.keys(children)) seen.set(`${path}/${key}`, Array.isArray(value));
  return new Proxy(Array.isArray(value) ? Object.values(children) : children, {
    get(target, key) {
      if (typeof key === "string") seen.set(`${path}/${key}`, true);
      return target[key];
    },
  });
}

let faults = 0;
for (const object of JSON.parse(readFileSync(0, "utf8"))) {
  const name = `${object.kind}/${object.metadata.name}`;
  const models = await import(packages[object.apiVersion] ?? `kubernetes-models/${object.apiVersion}`);
  const seen = new Map();
  const say = (fault) => {
    console.log(`${name}: ${fault}`);
    ++faults;
  };
  try {
    const model = new models[object.kind](object);
    for (const key of Object.keys(object)) model[key] = watched(object[key], `/${key}`, seen);
    model.validate();
    for (const [path, known] of seen) if (!known) say(`${path} is no known key`);
  } catch (error) {
    say(error.message);
  }
}
process.exit(faults ? 1 : 0);
