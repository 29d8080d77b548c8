import { describe, expect, it } from "vitest";
import { Failure } from "../../../src/errors.ts";
import { addConnectorUserOwner } from "../../../src/tools/add-connector-user-owner.ts";
import { idOf, JANE, notFound, SAM } from "../../support/fake-api.ts";
import {
  createBench,
  expectNotFound,
  expectRefused,
  lostWrite,
  NOT_IDS,
  NOT_NAMES,
  refusedWrite,
  STRANGE_NAMES,
  TENANT,
} from "../../support/tool-bench.ts";

const APP = idOf("app");
const CONNECTOR = idOf("connector");
const ARGS = { appId: APP, connectorId: CONNECTOR, userRefId: "sam@acme.example" };
const REF = { appId: APP, connectorId: CONNECTOR, roleSlug: "primary", userId: SAM.id };

describe("add_connector_user_owner", () => {
  it("adds the person whom the address belongs to, as primary by default", async () => {
    const bench = createBench();
    const result = await bench.succeed(addConnectorUserOwner, ARGS);
    expect(bench.argsOf("addOwner")).toEqual([[REF]]);
    expect(result).toEqual({
      summary: `"Sam Roe (sam@acme.example)" is now an owner (primary) of connector "Okta" of app "Acme CRM" in ${TENANT}.`,
      tenant: TENANT,
      ...REF,
    });
    expect(bench.audits).toMatchObject([{ outcome: "ok", changed: "yes", status: 200, targets: REF }]);
  });

  it("accepts a user id and another role", async () => {
    const bench = createBench();
    const args = { ...ARGS, userRefId: JANE.id, roleSlug: "break-glass_2" };
    const { summary } = await bench.succeed(addConnectorUserOwner, args);
    expect(bench.argsOf("addOwner")).toEqual([[{ ...REF, userId: JANE.id, roleSlug: "break-glass_2" }]]);
    expect(summary).toContain('"Jane Doe (jane@acme.example)" is now an owner (break-glass_2)');
  });

  it("names the person as the response does, but never another id", async () => {
    const bench = createBench({
      addOwner: async () => ({ user: { id: idOf("other"), displayName: "Samuel\u202e Roe", email: "s@r" } }),
    });
    const result = await bench.succeed(addConnectorUserOwner, ARGS);
    expect(result).toMatchObject({ userId: SAM.id });
    expect(result.summary).toContain('"Samuel Roe (s@r)" is now an owner');
  });

  it("proceeds if connector and person cannot be looked up, and lists both", async () => {
    const denied = refusedWrite("forbidden", "No.", 403);
    const bench = createBench({ getConnector: denied, getUser: async () => Promise.reject(notFound()) });
    const result = await bench.succeed(addConnectorUserOwner, { ...ARGS, userRefId: SAM.id });
    expect([...(result.unchecked as string[])].sort()).toEqual([
      "connectorId: name (forbidden)",
      "userRefId: C1 shows nobody with this id",
    ]);
    expect(result.summary).toContain(
      `${SAM.id} is now an owner (primary) of connector ${CONNECTOR} of app "Acme CRM"`,
    );
  });

  describe("a reported conflict is verified", () => {
    const absent = () => Promise.reject(notFound());
    const conflict = (changed: "no" | "maybe" = "no") => ({
      addOwner: async () =>
        Promise.reject(
          new Failure("rejected", "C1 said: exists.", { status: 409, requestId: "req-no", changed }),
        ),
    });

    it.each(["no", "maybe"] as const)("the row exists (%s): already an owner", async (changed) => {
      const looks = [absent, async () => REF];
      const bench = createBench({ ...conflict(changed), getOwner: () => (looks.shift() ?? absent)() });
      const result = await bench.succeed(addConnectorUserOwner, ARGS);
      expect(result).toMatchObject({ alreadyOwner: true, ...REF });
      expect(result.summary).toMatch(
        /"Sam Roe \(sam@acme.example\)" was already an owner \(primary\) .+; nothing was changed\.$/,
      );
      expect(bench.audits).toMatchObject([
        { outcome: "ok", changed: "no", status: 409, requestId: "req-no" },
      ]);
    });

    it.each(["no", "maybe"] as const)("the row does not exist (%s): C1's own words", async (changed) => {
      const bench = createBench(conflict(changed));
      expect(await bench.fail(addConnectorUserOwner, ARGS)).toMatch(
        /^\[rejected\] C1 said: exists\. Nothing was changed\./,
      );
      expect(bench.audits).toMatchObject([{ outcome: "rejected", changed: "no", status: 409 }]);
    });

    it("an unclear one is looked up until the deadline, because the row may show late", async () => {
      const open = new Failure("outcome_unknown", "C1 said so.", { status: 409, changed: "maybe" });
      const late = [absent, absent, absent, async () => REF];
      const getOwner = () => (late.shift() ?? absent)();
      const shown = createBench({ addOwner: () => Promise.reject(open), getOwner });
      const result = shown.lapse(shown.succeed(addConnectorUserOwner, ARGS));
      expect(await result).toMatchObject({ ...REF, recovered: true });
      const never = createBench({ addOwner: () => Promise.reject(open), getOwner: absent });
      expect(await never.lapse(never.fail(addConnectorUserOwner, ARGS))).toMatch(/^\[outcome_unknown\]/);
    });

    it("nothing can be read: the outcome is unknown", async () => {
      const looks = [absent];
      const getOwner = () =>
        (looks.shift() ?? (() => Promise.reject(new Failure("forbidden", "No.", { status: 403 }))))();
      const bench = createBench({ ...conflict(), getOwner });
      expect(await bench.lapse(bench.fail(addConnectorUserOwner, ARGS))).toMatch(
        /^\[outcome_unknown\] C1 said: exists\. Whether anything was changed is not known\./,
      );
      expect(bench.audits).toMatchObject([{ outcome: "outcome_unknown", changed: "maybe", status: 409 }]);
    });
  });

  it("a 400 that leaves the outcome unknown is not mistaken for a wrong role", async () => {
    const open = new Failure("outcome_unknown", "No answer in time.", { status: 400, changed: "maybe" });
    const bench = createBench({ addOwner: () => Promise.reject(open) });
    expect(await bench.lapse(bench.fail(addConnectorUserOwner, ARGS))).toMatch(/^\[outcome_unknown\] /);
  });

  it.each([
    ["rejected", 400],
    ["not_found", 404],
    ["forbidden", 403],
  ] as const)("fails with %s on a %i", async (code, status) => {
    const bench = createBench({ addOwner: refusedWrite(code, "C1 said no.", status) });
    expect(await bench.fail(addConnectorUserOwner, ARGS)).toMatch(
      `[${code}] C1 said no. Nothing was changed.`,
    );
  });

  it("sends nothing for a person who does not exist or is not active", async () => {
    const missing = createBench();
    expect(await missing.fail(addConnectorUserOwner, { ...ARGS, userRefId: "x@acme.example" })).toContain(
      '[not_found] userRefId: nobody has the address "x@acme.example".',
    );
    const disabled = createBench({ getUser: async () => ({ ...SAM, status: "DISABLED" }) });
    expect(await disabled.fail(addConnectorUserOwner, { ...ARGS, userRefId: SAM.id })).toContain(
      '[invalid_arguments] userRefId: "Sam Roe (sam@acme.example)" is disabled',
    );
    expect([missing.sent(), disabled.sent()]).toEqual([[], []]);
  });

  it("says where to look if the outcome is unknown", async () => {
    const bench = createBench({ addOwner: lostWrite });
    expect(await bench.lapse(bench.fail(addConnectorUserOwner, ARGS))).toContain(
      "Look with find_connectors at the connector's owners; adding the same owner again is harmless.",
    );
  });
});

describe("invalid arguments of add_connector_user_owner", () => {
  it.each<[Record<string, unknown>, ...string[]]>([
    [{}, "- appId: is required", "- connectorId: is required", "- userRefId: is required"],
    [{ ...ARGS, role: "primary" }, "- role: unknown argument"],
    [{ ...ARGS, role_slug: "primary" }, "- role_slug: unknown argument; did you mean roleSlug?"],
    [
      { ...ARGS, userRefId: "sam" },
      "- userRefId: must be a user id (27 letters and digits) or an e-mail address",
    ],
    [{ ...ARGS, userRefId: [SAM.id] }, "- userRefId: must be a string, got array"],
    ...["", ".", "..", "a/b", "%2e%2e", "a b", "x".repeat(10_000), "\u0000"].map(
      (roleSlug): [Record<string, unknown>, string] => [
        { ...ARGS, roleSlug },
        "- roleSlug: must be letters, digits, - and _ only",
      ],
    ),
  ])("%j", async (args, ...problems) => {
    await expectRefused(addConnectorUserOwner, args, ...problems);
  });

  it("userRefId that is neither an id nor an address", async () => {
    for (const value of NOT_IDS)
      await expectRefused(addConnectorUserOwner, { ...ARGS, userRefId: value }, "- userRefId: ");
  });

  it.each(["appId", "connectorId"])("%s that is neither an id nor a name", async (field) => {
    for (const value of NOT_NAMES)
      await expectRefused(addConnectorUserOwner, { ...ARGS, [field]: value }, `- ${field}: `);
    for (const value of STRANGE_NAMES)
      await expectNotFound(addConnectorUserOwner, { ...ARGS, [field]: value }, field);
  });
});
