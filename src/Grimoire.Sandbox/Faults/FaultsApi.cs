using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Faults;

/// <summary>Faults to be called directly, <c>/faults/{kind}</c>, and those that are switched on for other endpoints, <c>/control/faults</c>.</summary>
static class FaultsApi
{
    public static void MapFaults(this IEndpointRouteBuilder routes)
    {
        routes.Map("/faults/{kind}", async (string kind, HttpContext context, FaultPlayer player) =>
        {
            if (!await player.PlayAsync(context, Fault.From(kind, context.Request.Query)).ConfigureAwait(false))
            {
                await context.Response.WriteAsJsonAsync(new { }, context.RequestAborted).ConfigureAwait(false);
            }
        });
        routes.MapGet("/control/faults", (FaultSwitchboard switchboard) => Results.Ok(new { faults = switchboard.States }));
        routes.MapPut("/control/faults", async (HttpRequest request, FaultSwitchboard switchboard) =>
        {
            FaultRule rule = await JsonBody.ReadAsync<FaultRule>(request).ConfigureAwait(false);
            rule.CheckRule();
            return Results.Ok(switchboard.Set(rule));
        });
        routes.MapDelete("/control/faults", (FaultSwitchboard switchboard) =>
        {
            switchboard.Clear();
            return Results.NoContent();
        });
        routes.MapDelete("/control/faults/{id}", (string id, FaultSwitchboard switchboard) => switchboard.Remove(id)
            ? Results.NoContent()
            : throw new RefusedException(404, $"No fault \"{id}\" is switched on.", "not_found", "id"));
    }
}
