using System.Collections.Immutable;
using System.Reflection;
using Grimoire.Functions.Http;
using Grimoire.Functions.Http.OpenApi;
using Grimoire.Functions.Tests.Http.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Moq;

namespace Grimoire.Functions.Tests.Http;

/// <summary>Parameters in the URL that no function reads.</summary>
public sealed class QueryCheckTests
{
    [Theory]
    [InlineData("ListCasts", "GET", "casts?stauts=failed", "stauts")]
    [InlineData("ListCasts", "GET", "casts?status=failed&limit=1", "limit")]
    [InlineData("GetCast", "GET", "casts/x?account=acme", "account")]
    [InlineData("GetCastEvents", "GET", "casts/x/events?afer=1", "afer")]
    [InlineData("RedriveCasts", "POST", "casts/redrive?children=true", "children")]
    [InlineData("GetRunArtifact", "HEAD", "runs/x/artifacts/y?top=1", "top")]
    [InlineData("PutSpell", "PUT", "spells/x?version=1", "version")]
    [InlineData("ListStalledSteps", "GET", "ops/stalled?minuets=1", "minuets")]
    [InlineData("Health", "GET", "health?verbose", "verbose")]
    public async Task What_a_route_does_not_read_is_refused_by_name(string function, string method, string path, string unknown)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => CheckAsync(function, new FakeRequest(method, path)));

        Assert.Equal((System.Net.HttpStatusCode.BadRequest, "query.invalid"), (refused.Problem.Status, refused.Problem.Code));
        Assert.Contains($"'{unknown}'", refused.Problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_known_is_told()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => CheckAsync("GetCastEvents", new FakeRequest("GET", "casts/x/events?x=1")));

        Assert.Contains("after, limit, wait", refused.Problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ListCasts", "GET", "casts?STATUS=failed&&top=1&code=secret&clientId=default&")]
    [InlineData("GetCast", "GET", "casts/x?code=secret")]
    [InlineData("GetCast", "GET", "casts/x")]
    [InlineData("GetCastArtifact", "HEAD", "casts/x/artifacts/y?download=true")]
    [InlineData("SomebodyElses", "GET", "other?anything=1")]
    public async Task What_a_route_reads_and_what_the_host_reads_is_let_through(string function, string method, string path) =>
        Assert.True(await CheckAsync(function, new FakeRequest(method, path)));

    [Fact]
    public void Every_function_with_a_route_of_the_API_is_described()
    {
        var functions =
            from type in typeof(QueryCheck).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            let function = method.GetCustomAttribute<FunctionAttribute>()
            where function is not null
            from parameter in method.GetParameters()
            let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
            where trigger?.Route?.StartsWith("api/", StringComparison.Ordinal) == true
            from verb in trigger.Methods ?? []
            select (function.Name, verb);

        Assert.NotEmpty(functions);
        Assert.All(functions, function => Assert.NotNull(OperationRoutes.Of(function.Name, function.verb)));
    }

    /// <returns>Whether the function was called.</returns>
    static async Task<bool> CheckAsync(string function, HttpRequestData request)
    {
        var feature = new Mock<IHttpRequestDataFeature>();
        feature.Setup(http => http.GetHttpRequestDataAsync(It.IsAny<FunctionContext>())).ReturnsAsync(request);
        var context = new Mock<FunctionContext>();
        context.Setup(call => call.Features.Get<IHttpRequestDataFeature>()).Returns(feature.Object);
        context.Setup(call => call.FunctionDefinition.Name).Returns(function);
        context.Setup(call => call.FunctionDefinition.InputBindings).Returns(ImmutableDictionary<string, BindingMetadata>.Empty);
        var called = false;
        await new QueryCheck().Invoke(context.Object, _ =>
        {
            called = true;
            return Task.CompletedTask;
        });
        return called;
    }
}
