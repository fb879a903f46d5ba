using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Functions.Orchestrations;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>What can be paused, resumed and cancelled: a cast, or a cook.</summary>
/// <param name="Id">Of its orchestration, too.</param>
/// <param name="IdField">What the answer calls the id.</param>
/// <param name="Links">"self" and others.</param>
sealed record Controlled(string Id, string IdField, JsonObject Links)
{
    /// <summary>Its orchestration; null if there is none, or it is one of something else.</summary>
    public required Func<DurableTaskClient, string, CancellationToken, Task<OrchestrationMetadata?>> Find { get; init; }

    public required Func<string, RefusedException> NotFound { get; init; }

    /// <summary>Nothing can be asked of it any more.</summary>
    public required Problem Ended { get; init; }
}

/// <summary>Asks something that runs to pause, to go on, or to end.</summary>
static class ControlRequests
{
    public static async Task<HttpResponseData> AskAsync(
        HttpRequestData request, DurableTaskClient client, Controlled controlled, CastAction action, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var fields = await RequestBody.OptionalFieldsAsync(request, cancellation).ConfigureAwait(false);
        var reason = fields.Text("reason", 500);
        fields.Check();
        var instance = await controlled.Find(client, controlled.Id, cancellation).ConfigureAwait(false) ?? throw controlled.NotFound(controlled.Id);
        if (instance.IsCompleted)
        {
            throw controlled.Ended.Refused();
        }

        await client.RaiseEventAsync(controlled.Id, CastControl.EventName, new CastControl(action, Reason: reason), cancellation).ConfigureAwait(false);
        var body = new JsonObject
        {
            [controlled.IdField] = controlled.Id,
            ["action"] = JsonSerializer.SerializeToNode(action, DomainJson.Options),
            ["links"] = controlled.Links,
        };
        return await Answer.JsonAsync(request, HttpStatusCode.Accepted, body, cancellation, ("Location", (string)controlled.Links["self"]!)).ConfigureAwait(false);
    }
}
