using System.Net;
using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Tools over HTTP: saved, read, listed, tried, removed.</summary>
[Collection(SharedApp.Name)]
public sealed class ToolsTests(AppWithFiles shared)
{
    readonly GrimoireApp _app = shared.App;

    object Noop => new { kind = "http", request = new { method = "POST", url = new Uri(shared.Sandbox.Url, "noop").ToString() } };

    [Fact]
    public async Task A_tool_is_saved_read_listed_tried_and_removed()
    {
        JsonElement saved = await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "tools/my.noop", Noop);
        Assert.Equal("my.noop", saved.GetProperty("id").GetString());
        await _app.ExpectAsync(HttpStatusCode.OK, "PUT", "tools/my.noop", Noop);

        JsonElement read = await _app.GetAsync("tools/my.noop");
        Assert.Equal("saved", read.GetProperty("source").GetString());
        Assert.Equal("http", read.GetProperty("document").GetProperty("kind").GetString());
        JsonElement tools = (await _app.GetAsync("tools")).GetProperty("tools");
        Assert.Contains(tools.EnumerateArray(), tool => tool.GetProperty("id").GetString() == "my.noop");
        Assert.Contains(tools.EnumerateArray(), tool => tool.GetProperty("id").GetString() == "text.join" && tool.GetProperty("source").GetString() == "builtIn");

        JsonElement tried = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "tools/my.noop/try");
        await _app.EndAsync(tried.GetProperty("castId").GetString()!);

        await _app.ExpectAsync(HttpStatusCode.NoContent, "DELETE", "tools/my.noop");
        await _app.RefusedAsync(HttpStatusCode.NotFound, "tool.notFound", "GET", "tools/my.noop");
        await _app.RefusedAsync(HttpStatusCode.NotFound, "tool.notFound", "DELETE", "tools/my.noop");
        await _app.RefusedAsync(HttpStatusCode.NotFound, "tool.notFound", "POST", "tools/my.noop/try");
    }

    [Fact]
    public async Task What_is_tried_with_is_taken_as_it_is()
    {
        JsonElement tried = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "tools/text.case/try", new { inputs = new { text = "a ${inputs.b} $${c}", to = "upper" } });

        JsonElement cast = await _app.EndAsync(tried.GetProperty("castId").GetString()!);

        Assert.Equal("A ${INPUTS.B} $${C}", cast.GetProperty("output").GetProperty("text").GetString());
        await _app.RefusedAsync(HttpStatusCode.UnprocessableEntity, "spell.invalid", "POST", "tools/text.case/try", new { inputs = new { text = 5 } });
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_tool_is_told_at_once()
    {
        JsonElement problem = await _app.RefusedAsync(
            HttpStatusCode.UnprocessableEntity, "tool.invalid", "PUT", "tools/wrong", """{"id":"other","kind":"htp","nonsense":1,"timeout":"soon"}""");

        string?[] pointers = [.. problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString())];
        Assert.Equal(["/id", "/kind", "/nonsense", "/timeout"], pointers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public Task What_comes_with_the_app_is_not_removed() => _app.RefusedAsync(HttpStatusCode.Conflict, "tool.builtIn", "DELETE", "tools/text.join");
}
