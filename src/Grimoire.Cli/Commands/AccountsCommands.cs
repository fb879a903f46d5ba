using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>Accounts, for operators.</summary>
static class AccountsCommands
{
    public static Command Build() => new Verb("accounts", "Lists, makes, disables and enables accounts. For operators.").With(
        List(),
        OfOne("show", "Shows an account with its limits.", path => Call.Get(path)),
        // With an empty document an account is made if there is none, and enabled if it was disabled; its limits stay.
        OfOne("create", "Makes an account.", path => Call.Put(path, new JsonObject())),
        OfOne("enable", "Lets the keys of an account open something again.", path => Call.Put(path, new JsonObject())),
        OfOne("disable", "Disables an account: none of its keys opens anything any more.", path => Call.Put(path, new JsonObject { ["disabled"] = true })));

    static Verb List() => new Verb("list", "Lists the accounts.", "grimoire accounts list").Does(async (session, cancellation) =>
    {
        var answer = await session.AskAsync(Call.Get("accounts"), cancellation).ConfigureAwait(false);
        var accounts = (JsonArray?)answer.Node("accounts")?.DeepClone() ?? [];
        return session.Answer("accounts", accounts, ["NAME", "KEYS", "CREATED", "DISABLED"], account =>
            [account.Text("name") ?? "", $"{account.Whole("keys")}", Wording.Date(account.Time("createdAt")), Wording.Date(account.Time("disabledAt"))]);
    });

    static Verb OfOne(string verb, string description, Func<string, Call> call)
    {
        var name = new Argument<string>("name") { Description = "1 to 32 lower-case letters and digits." };
        return new Verb(verb, description, $"grimoire accounts {verb} acme").With(name).Does(async (session, cancellation) =>
        {
            var path = "accounts/" + Call.Part(session.Get(name));
            if (verb != "show")
            {
                // The app makes and enables by the same request: nobody shall do the one who has asked for the other.
                var isThere = await IsThereAsync(session, path, cancellation).ConfigureAwait(false);
                if (isThere == (verb == "create"))
                {
                    throw new CliException(isThere ? ExitCode.Conflict : ExitCode.NotFound, $"There is {(isThere ? "an" : "no")} account '{session.Get(name)}'{(isThere ? " already" : "")}.");
                }
            }

            var account = await session.AskAsync(call(path), cancellation).ConfigureAwait(false);
            return session.Answer(account, () => Write(account));
        });
    }

    static async Task<bool> IsThereAsync(Session session, string path, CancellationToken cancellation)
    {
        try
        {
            return await session.AskAsync(Call.Get(path), cancellation).ConfigureAwait(false) is not null;
        }
        catch (ProblemException missing) when (missing.ProblemCode == "account.notFound")
        {
            return false;
        }
    }

    static void Write(JsonNode? account)
    {
        var state = account.Time("disabledAt") is { } at ? $"disabled since {Wording.Date(at)}" : "enabled";
        Terminal.Say($"{account.Text("name")}: {state}, {Wording.Count(account.Whole("keys") ?? 0, "key")} that hold, made {Wording.Date(account.Time("createdAt"))}");
        Terminal.Say($"limits in force: {Terminal.Inline(account.Node("limitsInForce"))}");
    }
}
