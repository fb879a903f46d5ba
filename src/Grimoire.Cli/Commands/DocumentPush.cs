using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Documents;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>Saves documents one after the other. That one is refused keeps no other from being saved.</summary>
sealed class DocumentPush(Session session)
{
    readonly JsonArray _results = [];
    ExitCode _worst = ExitCode.Done;

    /// <summary>Saves one.</summary>
    /// <param name="document">The document.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="result">What is known of it already; what comes of it is added.</param>
    /// <param name="tell">Adds what the app has answered to the result, and says it in a line.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task SaveAsync(DocumentFile document, string path, JsonObject result, Func<Reply, string> tell, CancellationToken cancellation)
    {
        _results.Add(result);
        try
        {
            var call = new Call(HttpMethod.Put, path) { Body = document.Bytes, MediaType = document.MediaType };
            var reply = await session.Client.SendAsync(call.OfAccount(), cancellation).ConfigureAwait(false);
            var line = tell(reply);
            SpellCheck.WriteWarnings(document, reply.Json);
            if (!session.Terminal.IsJson)
            {
                Terminal.Say(line);
            }
        }
        catch (ProblemException problem) when (problem.Code is ExitCode.Invalid or ExitCode.Usage)
        {
            SpellCheck.WriteRefusal(document, problem);
            result["result"] = "invalid";
            result["errors"] = new JsonArray([.. problem.Findings.Select(finding => document.Placed(finding))]);
            _worst = problem.Code;
        }
    }

    /// <summary>Answers with what has come of all of them.</summary>
    public ExitCode End()
    {
        if (session.Terminal.IsJson)
        {
            Terminal.Json(_results);
        }

        return _worst;
    }
}
