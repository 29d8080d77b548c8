/** What the build expects to find in SDK v2. Another number means another SDK: look at it again. */
const EXPECTED = { schemas: 180, registrations: 2 };

const found = { schemas: 0, registrations: 0 };

/** What is empty without the registrations. */
const EMPTIED = /\b(specTypeSchemas|isSpecType)\b/;

/**
 * A plugin for the bundler that leaves out what nothing needs of the 180 schemas that SDK v2 makes when it is loaded, which takes a
 * fifth off the first call (Node 20). They are all referred to by one export that is not used here, `specTypeSchemas`, so this is
 * emptied, and each schema becomes the result of a function that is marked as pure. The code that makes a schema is the SDK's own.
 */
export const leanSchemas = {
  name: "lean-schemas",
  transform(code, id) {
    if (!id.includes("node_modules") && EMPTIED.test(code))
      this.error(`${id} uses what the build leaves out`);
    const [, name, file] =
      /[\\/]@modelcontextprotocol[\\/](\w+)[\\/]dist[\\/](\w+)-[\w-]+\.mjs$/.exec(id) ?? [];
    if (name === "core" && ["schemas", "auth"].includes(file)) return markPure(code, this.parse(code));
    return name === "server" && file === "src" ? withoutRegistrations(code) : undefined;
  },
  buildEnd() {
    for (const [kind, number] of Object.entries(EXPECTED)) {
      if (found[kind] !== number)
        throw new Error(`lean-schemas: ${found[kind]} ${kind} in SDK v2, expected ${number}`);
    }
  },
};

function markPure(code, { body }) {
  const made = body.flatMap(({ type, declarations: [{ id, init }] = [{}] }) =>
    type === "VariableDeclaration" && id.name.endsWith("Schema") && init.type === "CallExpression"
      ? [init]
      : [],
  );
  found.schemas += made.length;
  return made.reduceRight(
    (text, { start, end }) =>
      `${text.slice(0, start)}/* @__PURE__ */ (() => ${text.slice(start, end)})()${text.slice(end)}`,
    code,
  );
}

function withoutRegistrations(code) {
  return code.replace(/^for \(const .+\) register\(key, .+\);$/gm, () => {
    found.registrations += 1;
    return "";
  });
}
