using System.Text.Json.Nodes;
using Grimoire.Sandbox.Calls;
using Grimoire.Sandbox.Requests;
using Microsoft.AspNetCore.Http.Features;

namespace Grimoire.Sandbox.Plain;

/// <summary>
/// <c>POST /paid</c>: a provider that charges. A repeated Idempotency-Key gets the charge it had, as a good provider does; the ledger
/// counts it as a second call all the same.
/// </summary>
static class PaidApi
{
    const double Price = 0.01;

    public static void MapPaid(this IEndpointRouteBuilder routes) => routes.MapPost("/paid", async (HttpContext context) =>
    {
        JsonObject body = await JsonBody.ReadObjectOrNoneAsync(context.Request).ConfigureAwait(false);
        RecordedCall call = context.Features.GetRequiredFeature<RecordedCall>();
        ulong hash = StableHash.Of(call.Key is { } key ? $"key {key}" : $"call {call.Order}");
        return Results.Ok(new JsonObject
        {
            ["charge"] = $"ch_{StableHash.Hex(hash)}",
            ["costUsd"] = Price,
            ["value"] = body["value"]?.DeepClone() ?? JsonValue.Create(hash % 1000),
        });
    });
}
