import { describe, expect, it, vi } from "vitest";
import type { Page, User } from "../../../src/c1/port.ts";
import { readSteady } from "../../../src/clock.ts";
import { Failure, type FailureCode } from "../../../src/errors.ts";
import type { Run } from "../../../src/tools/job.ts";
import { lookUp } from "../../../src/tools/look-up.ts";
import { describeUser, nameUser, resolvePeople } from "../../../src/tools/resolve-people.ts";
import { type Behaviour, idOf, JANE, notFound, SAM } from "../../support/fake-api.ts";
import { createFakeRun } from "../../support/fake-run.ts";

const person = (word: string, more: Partial<User> = {}): User => ({
  id: idOf(word),
  displayName: word,
  email: "twin@acme.example",
  status: "ENABLED",
  ...more,
});

/** A search that gives `exact` for an address and `near` for a fuzzy query. */
const searching = (exact: User[], near: User[] = []): Behaviour => ({
  searchUsers: async ({ email }) => ({ items: email === undefined ? near : exact }),
});

const resolveOne = (ref: string, run: Run) => resolvePeople("owners", [ref], run);

describe("an e-mail address", () => {
  it("is searched for exactly, once, and yields id and label", async () => {
    const { api, run } = createFakeRun();
    expect(await resolveOne("jane@acme.example", run)).toEqual([
      { id: JANE.id, label: '"Jane Doe (jane@acme.example)"', name: "Jane Doe", email: "jane@acme.example" },
    ]);
    expect(api.argsOf("searchUsers")).toEqual([[{ email: "jane@acme.example" }, { pageSize: 100 }]]);
    expect(run.unchecked).toEqual([]);
  });

  it("is ambiguous even if its second owner is on a later page", async () => {
    const pages: Page<User>[] = [
      { items: [JANE], nextPageToken: "next" },
      { items: [{ ...SAM, email: "jane@acme.example" }] },
    ];
    const { run } = createFakeRun({ searchUsers: async () => pages.shift() ?? { items: [] } });
    await expect(resolveOne("jane@acme.example", run)).rejects.toMatchObject({ code: "ambiguous_reference" });
  });

  it("is found by the fuzzy search if its case differs", async () => {
    const { api, run } = createFakeRun(searching([], [SAM, JANE]));
    expect(await resolveOne("JANE@Acme.example", run)).toMatchObject([{ id: JANE.id }]);
    expect(api.argsOf("searchUsers")).toHaveLength(2);
  });

  it("may be one of several addresses of a person", async () => {
    const user = person("ann", {
      email: "new@acme.example",
      emails: ["new@acme.example", "Old@acme.example"],
    });
    const { run } = createFakeRun(searching([user]));
    expect(await resolveOne("old@acme.example", run)).toMatchObject([{ id: user.id }]);
  });

  it("that nobody has is not found; people with similar ones are named", async () => {
    const { run } = createFakeRun(searching([], [person("ann"), person("old", { status: "DELETED" })]));
    await expect(resolveOne("twn@acme.example", run)).rejects.toMatchObject({
      code: "not_found",
      message: 'owners: nobody has the address "twn@acme.example".',
      next: `Close: "ann (twin@acme.example)" ("ENABLED") [${idOf("ann")}]. Ask which one is meant.`,
    });
  });

  it("that nobody has is not close to that of everybody else in its domain", async () => {
    const others = ["Ann Chu", "Sam Smith", "Lee Sands"].map((displayName) => {
      const name = displayName.toLowerCase().replace(" ", ".");
      return person(name.replace(".", ""), { displayName, email: `${name}@acme.example` });
    });
    const close: [string, Partial<User>][] = [
      ["samlee", { displayName: "Sam Lee", email: "sl4711@acme.example" }],
      ["typo", { displayName: "S. Lee", email: "sam.lee@acme.example" }],
      ["second", { displayName: "Nobody", emails: ["samle@other.example"] }],
    ];
    const near = [...others, ...close.map(([name, more]) => person(name, more))];
    const { run } = createFakeRun(searching([], near));
    const failure = (await resolveOne("sam.le@acme.example", run).catch(
      (error: unknown) => error,
    )) as Failure;
    expect(failure.next).toMatch(/^Close: "Sam Lee \(sl4711.*; "S\. Lee \(sam\.lee@.*; "Nobody \(/);
    expect(failure.next).not.toMatch(/Ann|Smith|Sands/);
    // As if the search had found nobody.
    expect(await resolveOne("zoe@acme.example", run).catch((error: unknown) => error)).toMatchObject({
      next: "Look for the person with find_users.",
    });
  });

  it.each([
    "jdoe",
    "janed",
    "doe.jane",
  ])("of another form (%s) is close to the person's name", async (local) => {
    const { run } = createFakeRun(searching([], [person("ann"), JANE]));
    await expect(resolveOne(`${local}@acme.example`, run)).rejects.toMatchObject({
      next: expect.stringMatching(
        /^Close: "Jane Doe \(jane@acme\.example\)" \([^;]*\. Ask which one is meant\.$/,
      ),
    });
  });

  it("with a dot too few is near the one with it, and near nobody else", async () => {
    const { api, run } = createFakeRun({
      searchUsers: async ({ query }) => ({
        items:
          query === "jan"
            ? [
                person("jane", { email: "Jane.Doe@acme.example" }),
                person("jan", { email: "jan@acme.example" }),
              ]
            : [],
      }),
    });
    await expect(resolveOne("janedoe@acme.example", run)).rejects.toMatchObject({
      next: `Close: "jane (Jane.Doe@acme.example)" ("ENABLED") [${idOf("jane")}]. Ask which one is meant.`,
    });
    expect(api.argsOf("searchUsers")).toHaveLength(4);
  });

  it("without similar ones refers the caller to find_users", async () => {
    const { run } = createFakeRun(searching([]));
    await expect(resolveOne("x@acme.example", run)).rejects.toMatchObject({
      code: "not_found",
      next: "Look for the person with find_users.",
    });
  });

  it("of several people is ambiguous: five are listed with distinguishing details", async () => {
    const many = Array.from({ length: 7 }, (_, index) =>
      person(`twin${index}`, { jobTitle: `Job\u202e ${index}`, department: "Ops" }),
    );
    const { run } = createFakeRun(searching(many));
    const failure = (await resolveOne("twin@acme.example", run).catch((error: unknown) => error)) as Failure;
    expect(failure).toMatchObject({ code: "ambiguous_reference", changed: "no" });
    expect(failure.message).toContain('more than one person has the address "twin@acme.example"');
    expect(failure.message).toContain(
      `"twin0 (twin@acme.example)" ("Job 0, Ops, ENABLED") [${idOf("twin0")}]`,
    );
    expect(failure.message).toContain(idOf("twin4"));
    expect(failure.message).not.toContain(idOf("twin5"));
    expect(failure.message).toContain("; and more");
  });

  it("of one live and one deleted person means the live one", async () => {
    const { run } = createFakeRun(
      searching([person("old", { deletedAt: "2026-01-01T00:00:00Z" }), person("new")]),
    );
    expect(await resolveOne("twin@acme.example", run)).toMatchObject([{ id: idOf("new") }]);
  });

  it.each<[string, Partial<User>]>([
    ["deleted", { status: "DELETED" }],
    ["deleted", { deletedAt: "2026-01-01T00:00:00Z" }],
    ["disabled", { status: "DISABLED" }],
  ])("of someone who is %s (%j) is refused", async (state, more) => {
    const { run } = createFakeRun(searching([person("ann", more)]));
    await expect(resolveOne("twin@acme.example", run)).rejects.toMatchObject({
      code: "invalid_arguments",
      message: `owners: "ann (twin@acme.example)" is ${state} in C1 and cannot be given anything.`,
    });
  });

  it.each<FailureCode>([
    "forbidden",
    "unavailable",
    "not_authenticated",
    "cancelled",
  ])("cannot be resolved if the search fails with %s: that ends the call", async (code) => {
    const failure = new Failure(code, "No.");
    const { run } = createFakeRun({ searchUsers: async () => Promise.reject(failure) });
    await expect(resolveOne("jane@acme.example", run)).rejects.toBe(failure);
  });
});

describe("a user id", () => {
  it("is accepted as it is and labelled from its record", async () => {
    const { api, run } = createFakeRun();
    expect(await resolveOne(SAM.id, run)).toEqual([
      { id: SAM.id, label: '"Sam Roe (sam@acme.example)"', name: "Sam Roe", email: "sam@acme.example" },
    ]);
    expect(api.argsOf("searchUsers")).toEqual([]);
    expect(run.unchecked).toEqual([]);
  });

  it.each<FailureCode>([
    "forbidden",
    "rate_limited",
    "unavailable",
    "rejected",
  ])("goes unchecked if the look-up fails with %s", async (code) => {
    const { run } = createFakeRun({ getUser: async () => Promise.reject(new Failure(code, "No.")) });
    expect(await resolveOne(SAM.id, run)).toEqual([{ id: SAM.id, label: SAM.id }]);
    expect(run.unchecked).toEqual([`owners: status (${code})`]);
  });

  it("of nobody whom C1 shows goes unchecked, and says so in plain words", async () => {
    const { run } = createFakeRun({ getUser: async () => Promise.reject(notFound()) });
    expect(await resolveOne(SAM.id, run)).toEqual([{ id: SAM.id, label: SAM.id }]);
    expect(run.unchecked).toEqual(["owners: C1 shows nobody with this id"]);
  });

  it.each<[string, User]>([
    ["blank", { id: "" }],
    ["without a status", { id: SAM.id, displayName: "Sam" }],
    ["of another id", { ...SAM, id: idOf("other") }],
  ])("goes unchecked if the record is %s, and the id serves as label", async (_name, record) => {
    const { run } = createFakeRun({ getUser: async () => record });
    expect(await resolveOne(SAM.id, run)).toMatchObject([{ id: SAM.id }]);
    expect(run.unchecked).toEqual([`owners: status (not shown)`]);
  });

  it.each<[string, Partial<User>]>([
    ["disabled", { status: "DISABLED" }],
    ["deleted", { status: "DELETED" }],
    ["deleted", { deletedAt: "2026-01-01T00:00:00Z" }],
  ])("of someone who is %s (%j) is refused", async (state, more) => {
    const { run } = createFakeRun({ getUser: async () => ({ ...SAM, ...more }) });
    await expect(resolveOne(SAM.id, run)).rejects.toThrow(`"Sam Roe (sam@acme.example)" is ${state}`);
  });

  it("with a status newer than this code is accepted", async () => {
    const { run } = createFakeRun({ getUser: async () => ({ ...SAM, status: "ON_LEAVE" }) });
    expect(await resolveOne(SAM.id, run)).toMatchObject([{ id: SAM.id }]);
  });
});

describe("several people", () => {
  it("are looked up concurrently and returned in order", async () => {
    let waiting = 0;
    let most = 0;
    const slowly = async <T>(value: T): Promise<T> => {
      most = Math.max(most, ++waiting);
      await new Promise(setImmediate);
      waiting -= 1;
      return value;
    };
    const { run } = createFakeRun({
      getUser: () => slowly(SAM),
      searchUsers: () => slowly({ items: [JANE] }),
    });
    const people = await resolvePeople("owners", [SAM.id, "jane@acme.example"], run);
    expect(people.map(({ id }) => id)).toEqual([SAM.id, JANE.id]);
    expect(most).toBe(2);
  });

  it("that are the same person count once", async () => {
    const { run } = createFakeRun();
    const refs = ["sam@acme.example", SAM.id, "jane@acme.example", "sam@acme.example"];
    expect((await resolvePeople("owners", refs, run)).map(({ id }) => id)).toEqual([SAM.id, JANE.id]);
  });

  it("are numbered in errors, from 0", async () => {
    const { run } = createFakeRun();
    await expect(resolvePeople("owners", ["jane@acme.example", "x@acme.example"], run)).rejects.toThrow(
      "owners.1: nobody has the address",
    );
  });

  it("may be an empty list", async () => {
    const { api, run } = createFakeRun();
    expect(await resolvePeople("owners", [], run)).toEqual([]);
    expect(api.reached).toEqual([]);
  });
});

describe("lookUp", () => {
  it.each<FailureCode>(["not_authenticated", "cancelled"])("%s ends the call", async (code) => {
    const failure = new Failure(code, "No.");
    const { run } = createFakeRun();
    await expect(lookUp("it", run, async () => Promise.reject(failure))).rejects.toBe(failure);
    expect(run.unchecked).toEqual([]);
  });

  it("lets unexpected errors through, because they are not C1's responses", async () => {
    const { run } = createFakeRun();
    await expect(lookUp("it", run, async () => Promise.reject(new TypeError("bug")))).rejects.toThrow("bug");
  });

  it("notes the subject of the look-up", async () => {
    const { run } = createFakeRun();
    expect(await lookUp("the thing", run, async () => Promise.reject(notFound()))).toBeUndefined();
    expect(run.unchecked).toEqual(["the thing (not_found)"]);
  });

  it.each([
    [45_000, 5_000],
    [20_000, 5_000],
    [1_200, 300],
  ])("with %i ms left may take %i ms", async (left, granted) => {
    const { run } = createFakeRun({}, { timeoutMs: left });
    const read = vi.fn(async () => 1);
    await lookUp("it", run, read);
    expect(read).toHaveBeenCalledWith({ signal: run.call.signal, deadline: readSteady(run.clock) + granted });
  });
});

describe("nameUser", () => {
  it.each<[User, string]>([
    [JANE, "Jane Doe (jane@acme.example)"],
    [{ id: "i", displayName: "Jane" }, "Jane"],
    [{ id: "i", email: "j@x" }, "j@x"],
    [{ id: "i", displayName: " \u200b" }, "i"],
    [{ id: "i" }, "i"],
    [{ id: "i", displayName: "a\u202eb\nc" }, "a b c"],
    [{ id: "i", displayName: "x".repeat(500) }, `${"x".repeat(119)}…`],
  ])("%j", (user, label) => {
    expect(nameUser(user)).toBe(label);
    expect(describeUser(user)).toBe(label === user.id ? label : `"${label}"`);
  });
});
