using Grimoire.Functions.Casting;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Casting;

/// <summary>The tools of an account are as they were two seconds ago at most, and at once as this process has changed them.</summary>
public sealed class ToolCatalogTests
{
    readonly Starting _world = new();

    [Fact]
    public async Task They_are_read_again_after_two_seconds_and_not_before()
    {
        var catalog = NewCatalog();
        await catalog.OfAsync("acme", default);
        await _world.Tools.SaveAsync("acme", "draw", Starting.Draw("changed"), default);
        _world.Time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal("as it was", (await catalog.OfAsync("acme", default)).Find("draw")?.Description);

        _world.Time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("changed", (await catalog.OfAsync("acme", default)).Find("draw")?.Description);
    }

    [Fact]
    public async Task A_change_of_this_process_is_seen_at_once()
    {
        var catalog = NewCatalog();
        await catalog.OfAsync("acme", default);
        await _world.Tools.SaveAsync("acme", "draw", Starting.Draw("changed"), default);
        catalog.Forget("acme");

        Assert.Equal("changed", (await catalog.OfAsync("acme", default)).Find("draw")?.Description);
    }

    /// <summary>Somebody reads, the tool is changed, and only then what was read arrives.</summary>
    [Fact]
    public async Task What_was_read_before_a_change_is_not_kept_after_it()
    {
        var catalog = NewCatalog();
        using (var held = _world.Objects.Hold("tools/acme/draw.json", StoreOperation.Read, FaultMoment.After))
        {
            var reading = catalog.OfAsync("acme", default);
            await held.Reached;
            await _world.Tools.SaveAsync("acme", "draw", Starting.Draw("changed"), default);
            catalog.Forget("acme");
            held.Release();
            await reading;
        }

        Assert.Equal("changed", (await catalog.OfAsync("acme", default)).Find("draw")?.Description);
    }

    [Fact]
    public async Task A_saved_tool_counts_before_one_that_comes_with_the_app()
    {
        var document = Starting.Draw("our own");
        document["id"] = "text.template";
        await _world.Tools.SaveAsync("acme", "text.template", document, default);

        Assert.Equal("our own", (await NewCatalog().OfAsync("acme", default)).Find("text.template")?.Description);
        Assert.NotEqual("our own", (await NewCatalog().OfAsync("other", default)).Find("text.template")?.Description);
    }

    ToolCatalog NewCatalog() => new(new ToolStore(_world.Objects, _world.Time), new ToolFolder("/nowhere", _world.Time.GetUtcNow()), _world.Time);
}
