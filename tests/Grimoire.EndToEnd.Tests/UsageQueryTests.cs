using System.Net;
using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Questions about usage that are refused, and say what would be right.</summary>
[Collection(SharedApp.Name)]
[Trait("Row", "UX06")]
public sealed class UsageQueryTests(AppWithFiles shared)
{
    [Theory]
    [InlineData("from=2030-13-01")]
    [InlineData("from=2030-01-01T00:00:00Z&to=2030-01-02")]
    [InlineData("from=2030-01-02&to=2030-01-01")]
    [InlineData("from=2029-01-01&to=2030-01-02")]
    [InlineData("from=2030-01-01&to=2030-02-01&by=account")]
    [InlineData("to=0001-01-01&from=9999-12-31")]
    [InlineData("by=moon")]
    [InlineData("by=day,spell")]
    [InlineData("format=xml")]
    [InlineData("account=No")]
    public async Task What_cannot_be_asked_is_said(string query)
    {
        JsonElement refused = await shared.App.RefusedAsync(HttpStatusCode.BadRequest, "query.invalid", "GET", "usage?" + query);

        Assert.Contains("wanted", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
