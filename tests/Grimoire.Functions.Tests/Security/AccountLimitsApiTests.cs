using System.Net;
using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Functions.Http;
using Grimoire.Functions.Security;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Security;

/// <summary>Limits as operators set them.</summary>
[Trait("Row", "KZ21")]
public sealed class AccountLimitsApiTests
{
    readonly AccountsApi _api;

    public AccountLimitsApiTests()
    {
        var store = new AccountStore(new MemoryObjects(), new SetTime());
        _api = new AccountsApi(store, new LimitLookup(store, new LimitOptions(new AccountLimits { CastsInFlight = 8 })), new SetTime());
    }

    [Fact]
    public async Task They_stay_until_others_take_their_place_and_the_defaults_hold_where_there_are_none()
    {
        await PutAsync("""{ "limits": { "requestsPerMinute": 100, "spendPerDayUsd": 2.5 } }""");
        var kept = await PutAsync("""{ "disabled": true }""");
        var changed = await PutAsync("""{ "limits": { "castsInFlight": 3, "spendPerMonthUsd": null } }""");
        var none = await PutAsync("""{ "limits": {} }""");

        AssertJson("""{ "requestsPerMinute": 100, "spendPerDayUsd": 2.5 }""", kept["limits"]);
        AssertJson("""{ "requestsPerMinute": 100, "castsInFlight": 8, "spendPerDayUsd": 2.5 }""", kept["limitsInForce"]);
        AssertJson("""{ "castsInFlight": 3 }""", changed["limitsInForce"]);
        AssertJson("{}", none["limits"]);
        AssertJson("""{ "castsInFlight": 8 }""", none["limitsInForce"]);
    }

    [Fact]
    public async Task All_that_is_wrong_with_them_is_told_at_once()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => PutAsync(
            """{ "limits": { "requestsPerMinute": 0, "castsInFlight": 1.5, "spendPerDayUsd": 0, "spendPerMonthUsd": "much", "perSecond": 1 }, "disabled": 1 }"""));

        Assert.Equal((HttpStatusCode.BadRequest, "request.invalid"), (refused.Problem.Status, refused.Problem.Code));
        Assert.Equal(
            ["/disabled", "/limits/castsInFlight", "/limits/perSecond", "/limits/requestsPerMinute", "/limits/spendPerDayUsd", "/limits/spendPerMonthUsd"],
            refused.Problem.Errors!.Select(error => error.Pointer).Order(StringComparer.Ordinal));
    }

    async Task<JsonNode> PutAsync(string body) => (await _api.PutAsync(new FakeRequest("PUT", "accounts/acme", body), "acme", CancellationToken.None)).Json();

    static void AssertJson(string expected, JsonNode? actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"{actual}");
}
