using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>The keys of an account, for its admins.</summary>
static class KeysCommands
{
    public static Command Build() => new Verb("keys", "Lists, makes, rotates and revokes keys. For admins.").With(List(), Create(), Rotate(), Revoke());

    static Verb List() => new Verb("list", "Lists the keys of the account, without their secrets.", "grimoire keys list --account acme").Does(async (session, cancellation) =>
    {
        var answer = await session.AskAsync(Call.Get("keys").OfAccount(), cancellation).ConfigureAwait(false);
        var keys = (JsonArray?)answer.Node("keys")?.DeepClone() ?? [];
        return session.Answer("keys", keys, ["ID", "ROLE", "STATUS", "CREATED", "EXPIRES", "NAME"], key =>
        [
            key.Text("id") ?? "", key.Text("role") ?? "", key.Text("status") ?? "", Wording.Date(key.Time("createdAt")), Wording.Date(key.Time("expiresAt")), key.Text("name") ?? "",
        ]);
    });

    static Verb Create()
    {
        var name = new Option<string>("--name") { Description = "Whose it is, or what it is for.", HelpName = "text", Required = true };
        var role = new Option<string>("--role") { Description = "viewer, caster or admin.", HelpName = "role", Required = true };
        role.AcceptOnlyFromAmong("viewer", "caster", "admin");
        var expires = CommonOptions.Text("--expires", "Until when it holds: 2099-12-31T00:00:00Z.", "time");
        return new Verb("create", "Makes a key, and writes it to stdout: it is shown this once.", "grimoire keys create --name ann --role caster").With(name, role, expires)
            .Does(async (session, cancellation) =>
            {
                var body = new JsonObject { ["name"] = session.Get(name), ["role"] = session.Get(role) };
                if (session.Get(expires) is { } until)
                {
                    body["expiresAt"] = until;
                }

                return Shown(session, await session.AskAsync(Call.Post("keys", body).OfAccount(), cancellation).ConfigureAwait(false));
            });
    }

    static Verb Rotate()
    {
        var id = new Argument<string>("id") { Description = "The id of a key." };
        var overlap = new Option<int?>("--overlap") { Description = "For how many minutes the old one holds still [default: 0].", HelpName = "minutes" };
        return new Verb("rotate", "Makes a key in the place of another one, and writes it to stdout: it is shown this once.", "grimoire keys rotate 0123456789ab --overlap 60")
            .With(id, overlap).Does(async (session, cancellation) =>
            {
                var call = Call.Post($"keys/{Call.Part(session.Get(id))}/rotate") with { Query = [("overlapMinutes", session.Get(overlap)?.ToString(System.Globalization.CultureInfo.InvariantCulture))] };
                return Shown(session, await session.AskAsync(call.OfAccount(), cancellation).ConfigureAwait(false));
            });
    }

    static Verb Revoke()
    {
        var id = new Argument<string>("id") { Description = "The id of a key." };
        return new Verb("revoke", "Revokes a key.", "grimoire keys revoke 0123456789ab").With(id).Does(async (session, cancellation) =>
        {
            await session.AskAsync(Call.Delete("keys/" + Call.Part(session.Get(id))).OfAccount(), cancellation).ConfigureAwait(false);
            return session.Answer(new JsonObject { ["revoked"] = session.Get(id) }, () => Terminal.Say($"{session.Get(id)} is revoked"));
        });
    }

    /// <summary>The key alone on stdout, so that a script can take it; what else there is to know beside it.</summary>
    static ExitCode Shown(Session session, JsonNode? made) => session.Answer(made, () =>
    {
        Terminal.Say(made.Text("key") ?? "");
        var until = made.Time("expiresAt") is { } at ? $" until {Wording.Date(at)}" : "";
        Terminal.Note($"This is the key {made.Text("id")} ({made.Text("name")}, {made.Text("role")}){until}. It is shown this once: keep it.");
    });
}
