import { describe, expect, it } from "vitest";
import type { Question } from "../../../src/tools/ask-person.ts";
import type { WritePlan } from "../../../src/tools/define.ts";
import type { Existing } from "../../../src/tools/named.ts";
import { failing, writing } from "../../support/fake-tools.ts";
import { createBench, TENANT } from "../../support/tool-bench.ts";

type Plan = Partial<WritePlan<{ done: string }>>;

const ARGS = { name: "thing" };
const POLICY = { readOnly: false, tools: undefined, writes: { default: "confirm", byTool: {} } } as const;

const guarding = (
  found: readonly Existing[],
  changes: Partial<WritePlan<{ done: string }>["guard"]> = {},
) => ({
  guard: {
    key: "thing",
    what: "things of that name",
    existsAlready: "It exists",
    ifExists: "create" as const,
    find: async () => ({ items: found }),
    describe: () => ({ done: "found" }),
    ...changes,
  },
});

/** The question to a person, who then says no. */
async function questionFor(plan: Plan, args: object = ARGS, bench = createBench({}, { switches: POLICY })) {
  const asked: Question[] = [];
  const ask = async (question: Question) => {
    asked.push(question);
    return "declined" as const;
  };
  const text = await bench.fail(writing(plan), args, { ask });
  return { text, message: asked[0]?.message ?? "", binding: asked[0]?.binding, times: asked.length };
}

describe("the message of a question", () => {
  it("has a line for the tenant, the tool, the path, the ids in it, and each value of the body", async () => {
    const plan: Plan = {
      targets: { appId: "a1", roleSlug: "primary", displayName: "Thing", owners: ["u1"] },
      request: {
        method: "POST",
        path: "/api/v1/apps/a1/roles/primary",
        body: { displayName: "Thing", owners: ["u1"] },
      },
      named: [
        { id: "a1", name: "Acme" },
        { id: "u1", name: "Jane", email: "jane@acme.example" },
      ],
    };
    expect((await questionFor(plan)).message).toBe(
      [
        "Send this change to ConductorOne?",
        `tenant: "${TENANT}"`,
        'tool: "a_write"',
        'request: "POST /api/v1/apps/a1/roles/primary"',
        'appId: "a1" (name "Acme")',
        'roleSlug: "primary"',
        'displayName: "Thing"',
        'owners[0]: "u1" (name "Jane", e-mail "jane@acme.example")',
        'ifExists: "fail"',
      ].join("\n"),
    );
  });

  it("shows the body for people in place of one that contains secrets", async () => {
    const plan: Plan = {
      request: { method: "POST", path: "/", body: { token: "hunter22" } },
      askedBody: { token: "***" },
    };
    const { message, binding } = await questionFor(plan);
    expect(message).toContain('\ntoken: "***"\n');
    expect(message).not.toContain("hunter22");
    expect(binding).toContain("hunter22");
  });

  it("names the existing objects that ifExists: create adds a duplicate to", async () => {
    const twins = [
      { id: "t1", label: "Thing [t1]", name: "Thing" },
      { id: "t2", label: "Thing [t2]", name: 'Thing"\nifExists: "fail' },
    ];
    expect((await questionFor(guarding(twins))).message.split("\n").slice(-3)).toEqual([
      'ifExists: "create"',
      'exists already: "t1" (name "Thing")',
      'exists already: "t2" (name "Thing\\"\\nifExists: \\"fail")',
    ]);
  });

  it("names objects of this process that C1 does not show yet, and mentions a write with unknown outcome", async () => {
    const bench = createBench({}, { switches: POLICY });
    const agree = { ask: async () => "accepted" as const };
    const made = { ...guarding([], { idKey: "done" }), send: async () => ({ done: "t9" }) };
    await bench.succeed(writing(made), ARGS, agree);
    await bench.lapse(
      bench.fail(writing({ ...made, ...failing("outcome_unknown", { changed: "maybe" }) }), ARGS, agree),
    );
    expect((await questionFor(made, ARGS, bench)).message.split("\n").slice(-3)).toEqual([
      'ifExists: "create"',
      'exists already: "t9" (name not known, made a moment ago, not shown by C1 now)',
      "may exist already: an earlier call for the same had no known outcome",
    ]);
  });

  it("omits ifExists if repeating the write is harmless", async () => {
    expect((await questionFor(guarding([], { ifExists: "done" }))).message).not.toContain("ifExists");
  });

  it("lists what could not be checked", async () => {
    const { message } = await questionFor({}, { name: "half seen" });
    expect(message).toMatch(/\nnot checked: "something \(forbidden\)"$/);
  });

  it("masks secrets that a tenant repeats in its names", async () => {
    const bench = createBench({}, { switches: POLICY });
    bench.deps.redactor.add("hunter22");
    const twins = [{ id: "t1", label: "x", name: "Thing hunter22" }];
    const { message } = await questionFor(guarding(twins), ARGS, bench);
    expect(message).toContain('exists already: "t1" (name "Thing ***")');
  });
});

describe("a long request", () => {
  const of = (body: Record<string, string>): Plan => ({ request: { method: "POST", path: "/", body } });
  const lines = (count: number) =>
    of(Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, "v"])));
  const [FIXED_LINES, FIXED_CHARACTERS] = [5, 113];

  it.each([
    ["40 lines", lines(40 - FIXED_LINES)],
    ["4,000 characters", of({ text: "x".repeat(4_000 - FIXED_CHARACTERS - '\ntext: ""'.length) })],
  ])("is asked about at %s", async (_name, plan) => {
    expect((await questionFor(plan)).times).toBe(1);
  });

  it.each([
    ["41 lines", lines(41 - FIXED_LINES), "41 lines and"],
    [
      "4,001 characters",
      of({ text: "x".repeat(4_001 - FIXED_CHARACTERS - '\ntext: ""'.length) }),
      "6 lines and 4001 characters",
    ],
  ])("is refused at %s, and nobody is asked", async (_name, plan, size) => {
    const { text, times } = await questionFor(plan);
    expect(text).toMatch(/^\[declined\] A person must agree to this write, and it is too long to be read: /);
    expect(text).toContain(size);
    expect(text).toContain("Nothing was changed. Create the app or connector with less first;");
    expect(times).toBe(0);
  });
});

describe("the binding of a consent", () => {
  const base: Plan = { request: { method: "POST", path: "/x", body: { a: "1" } }, ...guarding([]) };
  const twin = (id: string): Existing => ({ id, label: id });

  it.each<[string, Plan]>([
    ["another path", { ...base, request: { method: "POST", path: "/y", body: { a: "1" } } }],
    ["another value", { ...base, request: { method: "POST", path: "/x", body: { a: "2" } } }],
    ["a further value", { ...base, request: { method: "POST", path: "/x", body: { a: "1", b: 0 } } }],
    ["another ifExists", { ...base, ...guarding([], { ifExists: "fail" }) }],
    ["a twin", { ...base, ...guarding([twin("t1")]) }],
  ])("differs for %s", async (_name, plan) => {
    expect((await questionFor(plan)).binding).not.toBe((await questionFor(base)).binding);
  });

  it("is the same for the same duplicates in another order", async () => {
    const { binding } = await questionFor({ ...base, ...guarding([twin("t1"), twin("t2")]) });
    expect((await questionFor({ ...base, ...guarding([twin("t2"), twin("t1")]) })).binding).toBe(binding);
  });

  it("differs for another credential, which the message names", async () => {
    const ask = (credential: string) => {
      const bench = createBench();
      const connect = async () => ({ ...bench.api, credential });
      return questionFor(base, ARGS, createBench({}, { switches: POLICY, connect }));
    };
    const [one, other] = [await ask("identity-team"), await ask("jane")];
    expect(one.message).toContain('\nwith the credential: "identity-team"\n');
    expect(one.binding).not.toBe(other.binding);
  });

  it("differs for another caller", async () => {
    const bindings = new Set<string>();
    for (const principal of ["local", "somebody else"]) {
      const ask = async ({ binding }: Question) => {
        bindings.add(binding);
        return "declined" as const;
      };
      await createBench({}, { switches: POLICY }).fail(writing(base), ARGS, { ask, principal });
    }
    expect(bindings.size).toBe(2);
  });
});
