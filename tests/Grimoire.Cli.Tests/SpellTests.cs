using Grimoire.Cli.Tests.Support;

namespace Grimoire.Cli.Tests;

/// <summary>Spells in files, and in the app.</summary>
[Collection(SharedWorld.Name)]
public sealed class SpellTests(World world)
{
    [Fact]
    [Trait("Row", "UX13")]
    public async Task What_is_wrong_is_told_with_file_line_and_column()
    {
        using var home = world.Home();
        home.Write("bad/a.yaml", "slug: bad-a\nsteps:\n  - id: one\n    tool: text.cas\n");
        home.Write("bad/b.json", "{\n  \"slug\": \"bad-b\",\n  \"steps\": [\n    { \"id\": \"one\", \"tool\": \"text.case\", \"withh\": {} }\n  ]\n}\n");
        home.Write("bad/c.yaml", "slug: bad-c\nsteps:\n - id: a\n   tool: [\n");
        home.Write("bad/d.json", """{"slug":"good-d","steps":[{"id":"a","tool":"text.case","with":{"text":"x","to":"upper"}}]}""");
        var run = (await home.RunAsync("spells", "validate", "bad")).Ends(3);
        Assert.Contains("bad/a.yaml:4:5: error tool.unknown: Step 'one' calls tool 'text.cas'", run.Error, StringComparison.Ordinal);
        Assert.Contains("(/steps/0/tool)", run.Error, StringComparison.Ordinal);
        Assert.Contains("bad/b.json:4:41: error field.unknown", run.Error, StringComparison.Ordinal);
        Assert.Matches("bad/c\\.yaml:\\d+:\\d+: error document\\.syntax", run.Error);
        Assert.Equal("bad/d.json: valid\n", run.Out);

        var json = (await home.RunAsync("spells", "validate", "bad", "--json")).Ends(3).Json;
        Assert.Equal(4, json[0].GetProperty("errors")[0].GetProperty("line").GetInt32());
        Assert.True(json[3].GetProperty("valid").GetBoolean());

        var pushed = (await home.RunAsync("spells", "push", "bad")).Ends(3);
        Assert.Contains("bad/a.yaml:4:5: error tool.unknown", pushed.Error, StringComparison.Ordinal);
        Assert.Contains("good-d saved as version 1", pushed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_tells_what_a_cast_would_do()
    {
        using var home = world.Home();
        var file = Path.Combine(CliHome.Root, "spells", "album-cover.json");
        var run = (await home.RunAsync("spells", "validate", file, "--input", "artist=X")).Ends(0);
        Assert.Contains("  upscale  skipped", run.Out, StringComparison.Ordinal);
        Assert.Contains("would cost", run.Out, StringComparison.Ordinal);
        (await home.RunAsync("spells", "validate", file, "--input", "artist=3")).Ends(3);
    }

    [Fact]
    public async Task A_folder_is_pushed_in_the_order_in_which_its_spells_cast_each_other()
    {
        using var home = world.Home();
        home.Write("family/a-parent.json", """{"slug":"family-parent","steps":[{"id":"a","spell":"family-child"}]}""");
        home.Write("family/b-child.yaml", "slug: family-child\nsteps:\n  - id: a\n    spell: family-grandchild@1\n");
        home.Write("family/c-grandchild.json", """{"slug":"family-grandchild","steps":[{"id":"a","tool":"json.value","with":{"value":1}}]}""");
        home.Write("family/grimoire.json", "{}");
        home.Write("family/README.md", "# no spell");
        var first = (await home.RunAsync("spells", "push", "family", "--json")).Ends(0).Json.EnumerateArray().ToList();
        Assert.Equal(["family-grandchild", "family-child", "family-parent"], first.Select(one => one.GetProperty("slug").GetString()));
        Assert.All(first, one => Assert.Equal("saved", one.GetProperty("result").GetString()));
        var second = (await home.RunAsync("spells", "push", "family")).Ends(0);
        Assert.Equal(3, second.Out.Split("unchanged, version 1").Length - 1);
        home.Write("family/d.json", """{"slug":"family-parent","steps":[]}""");
        Assert.Contains("only one of them", (await home.RunAsync("spells", "push", "family")).Ends(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_pulled_overwrites_nothing_that_was_changed()
    {
        using var home = world.Home();
        Assert.Equal("written", (await home.RunAsync("spells", "pull", "hello", "--json")).Ends(0).Json[0].GetProperty("result").GetString());
        (await home.RunAsync("spells", "push", "spells")).Ends(0);
        Assert.Equal("unchanged", (await home.RunAsync("spells", "pull", "hello", "--json")).Ends(0).Json[0].GetProperty("result").GetString());
        var file = home.Write("spells/hello.json", """{"slug":"hello","mine":true}""");
        Assert.Contains("stays as it is", (await home.RunAsync("spells", "pull", "hello")).Ends(6).Out, StringComparison.Ordinal);
        Assert.Contains("mine", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        (await home.RunAsync("spells", "pull", "hello", "--force")).Ends(0);
        Assert.DoesNotContain("mine", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        (await home.RunAsync("spells", "pull", "../evil")).Ends(2);
        (await home.RunAsync("spells", "pull", "--dir", "all")).Ends(0);
        Assert.True(File.Exists(Path.Combine(home.Work, "all", "album-cover.json")));
    }

    [Fact]
    public async Task A_new_folder_holds_what_can_be_pushed_and_cast()
    {
        using var home = world.Home();
        var made = (await home.RunAsync("init", "shop")).Ends(0);
        Assert.Contains("grimoire spells push spells", made.Out, StringComparison.Ordinal);
        (await home.RunAsync("spells", "push", "shop/spells")).Ends(0);
        (await home.RunAsync("tools", "push", "shop/tools/zen.yaml")).Ends(0);
        var cast = (await home.RunAsync("cast", "greeting", "--input", "name=Ada", "--watch", "--json")).Ends(0);
        Assert.Equal("Hello, Ada!", cast.Json.GetProperty("output").GetProperty("greeting").GetString());
        Assert.Contains("nam", (await home.RunAsync("cast", "greeting", "--input", "nam=Ada")).Ends(3).Error, StringComparison.Ordinal);

        var spell = home.Write("shop/spells/greeting.json", "mine");
        var again = (await home.RunAsync("init", "shop", "--json")).Ends(0).Json;
        Assert.Equal(3, again.GetProperty("kept").GetArrayLength());
        Assert.Equal("mine", await File.ReadAllTextAsync(spell));
        (await home.RunAsync("tools", "remove", "zen")).Ends(0);
    }

    [Fact]
    public async Task A_spell_is_shown_and_removed()
    {
        using var home = world.Home();
        home.Write("gone.json", """{"slug":"gone","steps":[{"id":"a","tool":"json.value","with":{"value":1}}]}""");
        (await home.RunAsync("spells", "push", "gone.json")).Ends(0);
        var shown = (await home.RunAsync("spells", "show", "gone@1")).Ends(0);
        Assert.Equal("gone", shown.Json.GetProperty("slug").GetString());
        (await home.RunAsync("spells", "show", "gone@x")).Ends(2);
        (await home.RunAsync("spells", "remove", "gone")).Ends(0);
        (await home.RunAsync("spells", "show", "gone")).Ends(5);
    }
}
