using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>For whoever looks after the app: what stalls, how it is, and who one is to it.</summary>
static class OpsCommands
{
    const int Down = 503;

    public static IEnumerable<Command> Build() => [Stalled(), WhoAmI(), Health()];

    static Verb Stalled()
    {
        var minutes = new Option<int?>("--minutes") { Description = "For how long a step has to have been running [default: what the app is set to].", HelpName = "n" };
        return new Verb("stalled", "Lists steps that have been running for long, and casts that do not get on. For admins.", "grimoire stalled --minutes 30").With(minutes)
            .Does(async (session, cancellation) =>
            {
                var call = Call.Get("ops/stalled", ("minutes", session.Get(minutes)?.ToString(CultureInfo.InvariantCulture))).OfAccount();
                var stalled = await session.Client.ListAsync(call, "stalled", null, cancellation).ConfigureAwait(false);
                return session.Answer("stalled", stalled, ["CAST", "SPELL", "STEP", "ATTEMPT", "SINCE", "WAITS FOR", "UNTIL"], one =>
                [
                    one.Text("castId") ?? "", one.Text("spell") ?? "", one.Text("step") ?? "", $"{one.Whole("attempt")}", Wording.Date(one.Time("since")),
                    one.Text("waitsFor") ?? "", Wording.Date(one.Time("waitsUntil")),
                ]);
            });
    }

    static Verb WhoAmI() => new Verb("whoami", "Tells which app is called, with which key, and what that may do.", "grimoire whoami").Does(async (session, cancellation) =>
    {
        var settings = session.Settings;
        if (!session.Terminal.IsJson)
        {
            Terminal.Say($"app: {settings.Url} ({settings.UrlSource})");
            Terminal.Say(settings.Key is { } key ? $"key: {settings.KeyId ?? "of an unknown form"} ({key.Source})" : "key: none");
            if (settings.Account is { } account)
            {
                Terminal.Say($"account asked for: {account.Value} ({account.Source})");
            }
        }

        JsonNode? who;
        try
        {
            who = await session.AskAsync(Call.Get("whoami"), cancellation).ConfigureAwait(false);
        }
        catch (ProblemException missing) when (missing.Status == System.Net.HttpStatusCode.NotFound && missing.ProblemCode is null)
        {
            throw new CliException(ExitCode.NotFound, "The app does not tell who somebody is to it (GET /api/whoami): it is an older one. The rest works.", missing);
        }

        return session.Answer(who, () =>
        {
            var name = who.Node("key").Text("name") is { } named ? $", key {who.Node("key").Text("id")} ({named})" : "";
            Terminal.Say($"you are: {who.Text("role")} of {who.Text("account")}{(who.Flag("operator") == true ? ", operator" : "")}{name}");
            Terminal.Say($"keys: {who.Text("keys")}; version of the app: {who.Text("version")}");
        });
    });

    static Verb Health()
    {
        var probe = new Option<bool>("--probe") { Description = "Ask the servers of the account's tools too whether they are there." };
        return new Verb("health", "Shows how the app is: exit code 0 for ok, 1 for degraded, 7 for down.", "grimoire health && echo fine").With(probe)
            .Does(async (session, cancellation) =>
            {
                var call = Call.Get("health", ("probe", session.Get(probe) ? "true" : null)).OfAccount() with { AlsoTaken = Down };
                var health = await session.AskAsync(call, cancellation).ConfigureAwait(false);
                session.Answer(health, () =>
                {
                    Terminal.Say($"{session.Settings.Url} is {health.Text("status")}");
                    var dependencies = health.Node("dependencies") as JsonObject ?? [];
                    Terminal.Table(["WHAT", "STATUS", "MS", "ERROR"], dependencies.Select(one => (IReadOnlyList<string>)
                        [one.Key, one.Value.Text("status") ?? "", $"{one.Value.Whole("ms")}", one.Value.Text("error") ?? ""]));
                });
                return health.Text("status") switch { "ok" => ExitCode.Done, "degraded" => ExitCode.Failed, _ => ExitCode.Unavailable };
            });
    }
}
