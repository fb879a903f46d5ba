using System.CommandLine;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>What steps ask people.</summary>
static class ApprovalsCommand
{
    public static Command Build() => new Verb("approvals", "Lists what steps ask people, and nobody has answered yet.", "grimoire approvals").Does(async (session, cancellation) =>
    {
        var asked = await session.Client.ListAsync(Call.Get("approvals").OfAccount(), "approvals", null, cancellation).ConfigureAwait(false);
        return session.Answer("approvals", asked, ["CAST", "STEP", "ITEM", "SPELL", "SINCE", "UNTIL", "QUESTION"], one =>
        [
            one.Text("castId") ?? "", one.Text("step") ?? "", $"{one.Whole("item")}", one.Text("spell") ?? "",
            Wording.Date(one.Time("since")), Wording.Date(one.Time("until")), one.Text("question") ?? "",
        ]);
    });
}
