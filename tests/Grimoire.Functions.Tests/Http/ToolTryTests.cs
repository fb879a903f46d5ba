using System.Net;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Http;
using Grimoire.Functions.Tests.Casting;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Schemas;

namespace Grimoire.Functions.Tests.Http;

/// <summary>A tool that is tried is cast by a spell that its caller knows nothing of.</summary>
public sealed class ToolTryTests
{
    readonly Starting _world = new();

    [Theory]
    [InlineData("text.case", """{"inputs":{"text":5,"to":"upper"}}""", "/inputs/text")]
    [InlineData("text.case", """{"inputs":{"to":"upper"}}""", "/inputs/text")]
    [InlineData("text.case", """{"inputs":{"text":"a","to":"sideways"}}""", "/inputs/to")]
    public async Task What_is_wrong_is_pointed_at_in_the_body_that_was_sent(string tool, string body, string place)
    {
        var folder = new ToolFolder("/nowhere", _world.Time.GetUtcNow());
        var catalog = new ToolCatalog(_world.Tools, folder, _world.Time);
        var api = new ToolsApi(_world.Tools, catalog, folder, new JsonSchemas(), new CastStarts(_world.NewStarter()));

        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => api.TryAsync(new FakeRequest("POST", $"tools/{tool}/try", body), _world.Client.Object, tool, default));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Problem.Status);
        Assert.Equal([place], refused.Problem.Errors!.Select(error => error.Pointer));
        Assert.Empty(_world.Scheduled);
    }
}
