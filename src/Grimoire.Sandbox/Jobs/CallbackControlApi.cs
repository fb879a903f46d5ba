using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Jobs;

/// <summary>What was sent and how it was answered, <c>/control/callbacks</c>, and the faults of callbacks, <c>/control/callbacks/faults</c>.</summary>
static class CallbackControlApi
{
    const int ListedByDefault = 1000;

    public static void MapCallbackControl(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(
            "/control/callbacks",
            (string? job, string? shape, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "event")] string? about, string? url, string? key, int? take, CallbackLog log) =>
            {
                var found = log.Find(callback => callback.Matches(job, shape, about, url, key));
                return Results.Ok(new CallbacksReport(
                    found.Length, [.. found.Skip(Math.Max(0, found.Length - (take ?? ListedByDefault))).Select(callback => callback.Report())]));
            });
        routes.MapDelete("/control/callbacks", (CallbackLog log) =>
        {
            log.Clear();
            return Results.NoContent();
        });
        routes.MapGet("/control/callbacks/faults", (CallbackFaults faults) => Results.Ok(new { faults = faults.States }));
        routes.MapPut("/control/callbacks/faults", async (HttpRequest request, CallbackFaults faults) =>
        {
            CallbackFaultRule rule = await JsonBody.ReadAsync<CallbackFaultRule>(request).ConfigureAwait(false);
            rule.CheckRule();
            return Results.Ok(faults.Set(rule));
        });
        routes.MapDelete("/control/callbacks/faults", (CallbackFaults faults) =>
        {
            faults.Clear();
            return Results.NoContent();
        });
        routes.MapDelete("/control/callbacks/faults/{id}", (string id, CallbackFaults faults) => faults.Remove(id)
            ? Results.NoContent()
            : throw new RefusedException(404, $"No callback fault \"{id}\" is switched on.", "not_found", "id"));
    }
}

/// <summary>The callbacks that were asked for: how many there are, and the last of them, oldest first.</summary>
sealed record CallbacksReport(int Count, IReadOnlyList<CallbackReport> Callbacks);
