using System.Text.Json.Nodes;
using Grimoire.Functions.Tools.Egress;

namespace Grimoire.Functions.Tools.Models;

/// <summary>Opens the session of an attempt.</summary>
sealed class ModelSessions(IHttpClientFactory clients, Secrets secrets, ToolsOptions options, TimeProvider time)
{
    public async Task<ToolResult> RunAsync(ToolCall call, Func<ModelSession, ModelSettings, Task<JsonNode>> ask)
    {
        var settings = ModelSettings.Of(call, new CallValues(call, secrets));
        var timeout = call.Tool.Timeout ?? options.DefaultTimeout;
        var session = new ModelSession(clients.CreateClient(EgressClient.BoundedName), call, settings, timeout, secrets.Redactor, time);
        try
        {
            var output = await ask(session, settings).ConfigureAwait(false);
            session.CountFlat();
            return ToolResult.Of(output);
        }
        catch (ToolFailedException failed)
        {
            return new ToolResult { Failure = failed.Failure };
        }
    }
}
