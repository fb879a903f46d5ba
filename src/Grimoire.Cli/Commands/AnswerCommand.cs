using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;
using Grimoire.Cli.Watching;

namespace Grimoire.Cli.Commands;

/// <summary>Answers what a step asks.</summary>
static class AnswerCommand
{
    public static Command Build()
    {
        var id = CommonOptions.CastId();
        var step = new Argument<string>("step") { Description = "The id of the step that asks." };
        var approve = new Option<bool>("--approve") { Description = "Yes." };
        var reject = new Option<bool>("--reject") { Description = "No." };
        var by = new Option<string>("--by") { Description = "Who answers.", HelpName = "name", Required = true };
        var comment = CommonOptions.Text("--comment", "What else there is to say.", "text");
        var item = new Option<int?>("--item") { Description = "Of a step with forEach: which element, from 0.", HelpName = "n" };
        var verb = new Verb(
            "answer", "Answers what a step asks a person. The first answer counts.", "grimoire answer main-ybqz67pjrhaeejtbwpt review --approve --by ann@example.com")
            .With(id, step, approve, reject, by, comment, item);
        verb.Validators.Add(result =>
        {
            if (result.GetValue(approve) == result.GetValue(reject))
            {
                result.AddError("Either --approve or --reject is wanted.");
            }
        });
        return verb.Does(async (session, cancellation) =>
        {
            var body = new JsonObject { ["approved"] = session.Get(approve), ["by"] = session.Get(by) };
            if (session.Get(comment) is { } text)
            {
                body["comment"] = text;
            }

            if (session.Get(item) is { } element)
            {
                body["item"] = element;
            }

            var path = $"{CastWatch.PathOf(session.Get(id))}/steps/{Call.Part(session.Get(step))}/answer";
            // The same answer again is taken as it was the first time.
            var taken = await session.AskAsync(Call.Post(path, body).Again(), cancellation).ConfigureAwait(false);
            return session.Answer(taken, () => Terminal.Say($"{session.Get(id)}: {session.Get(step)} is {(session.Get(approve) ? "approved" : "rejected")}"));
        });
    }
}
