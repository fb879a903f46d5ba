using System.Text.Json;
using Grimoire.Cli.Tests.Support;

namespace Grimoire.Cli.Tests;

/// <summary>What is done to look after an app: tools, accounts, keys, and what has failed.</summary>
[Collection(SharedWorld.Name)]
public sealed class AdminTests(World world)
{
    [Fact]
    public async Task A_tool_is_listed_shown_tried_and_refused_with_its_place()
    {
        using var home = world.Home();
        Assert.Contains("text.case", (await home.RunAsync("tools", "list")).Ends(0).Out, StringComparison.Ordinal);
        Assert.Equal("text.case", (await home.RunAsync("tools", "show", "text.case")).Ends(0).Json.GetProperty("id").GetString());
        var tried = (await home.RunAsync("tools", "try", "text.case", "--input", "text=hello", "--input", "to=upper", "--json")).Ends(0);
        Assert.Equal("HELLO", tried.Json.GetProperty("output").GetProperty("text").GetString());
        home.Write("bad.yaml", "id: bad\nkind: htp\n");
        Assert.Contains("bad.yaml:2:1: error", (await home.RunAsync("tools", "push", "bad.yaml")).Ends(3).Error, StringComparison.Ordinal);
        (await home.RunAsync("tools", "remove", "text.case")).Ends(6);
        (await home.RunAsync("tools", "show", "no.such.tool")).Ends(5);
    }

    [Fact]
    [Trait("Row", "UX13")]
    public async Task Accounts_and_keys_are_made_used_and_ended()
    {
        using var home = world.Home();
        (await home.RunAsync("accounts", "create", "acme")).Ends(0);
        (await home.RunAsync("accounts", "create", "acme")).Ends(6);
        (await home.RunAsync("accounts", "disable", "nobody")).Ends(5);
        var made = (await home.RunAsync("keys", "create", "--name", "ann", "--role", "viewer", "--account", "acme")).Ends(0);
        Assert.Matches("^grm_[0-9a-z]{12}_[A-Za-z0-9_-]{43}\n$", made.Out);
        var (key, id) = (made.Out.Trim(), made.Out[4..16]);

        home.Environment["GRIMOIRE_KEY"] = key;
        (await home.RunAsync("casts", "list")).Ends(0);
        (await home.RunAsync("cast", "hello")).Ends(4);
        (await home.RunAsync("accounts", "list")).Ends(4);
        (await home.RunAsync("casts", "list", "--account", "main")).Ends(4);
        home.Environment["GRIMOIRE_KEY"] = world.Key;
        Assert.Contains("acme", (await home.RunAsync("accounts", "list")).Ends(0).Out, StringComparison.Ordinal);

        var rotated = (await home.RunAsync("keys", "rotate", id, "--account", "acme", "--json")).Ends(0).Json;
        Assert.Equal(id, rotated.GetProperty("replaces").GetString());
        home.Environment["GRIMOIRE_KEY"] = key;
        var refused = (await home.RunAsync("casts", "list")).Ends(4);
        Assert.Contains("The key is from GRIMOIRE_KEY", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(key, refused.Error + refused.Out, StringComparison.Ordinal);
        home.Environment["GRIMOIRE_KEY"] = world.Key;

        (await home.RunAsync("keys", "revoke", rotated.GetProperty("id").GetString()!, "--account", "acme")).Ends(0);
        var keys = (await home.RunAsync("keys", "list", "--account", "acme", "--json")).Ends(0).Json.GetProperty("keys");
        Assert.All(keys.EnumerateArray(), one => Assert.Equal("revoked", one.GetProperty("status").GetString()));
        Assert.Contains("disabled since", (await home.RunAsync("accounts", "disable", "acme")).Ends(0).Out, StringComparison.Ordinal);
        (await home.RunAsync("accounts", "enable", "acme")).Ends(0);
        Assert.Contains("enabled", (await home.RunAsync("accounts", "show", "acme")).Ends(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_tells_who_one_is_and_where_that_comes_from()
    {
        using var home = world.Home();
        var run = (await home.RunAsync("whoami")).Ends(0);
        Assert.Contains($"app: {world.Url} (GRIMOIRE_URL)", run.Out, StringComparison.Ordinal);
        Assert.Contains($"key: {world.Key[4..16]} (GRIMOIRE_KEY)", run.Out, StringComparison.Ordinal);
        Assert.Contains("you are: admin of main, operator", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Key, run.Out + run.Error, StringComparison.Ordinal);
        Assert.Equal("main", (await home.RunAsync("whoami", "--json")).Ends(0).Json.GetProperty("account").GetString());
    }

    [Fact]
    public async Task Without_a_key_it_says_where_one_is_set()
    {
        using var home = world.Home();
        home.Environment["GRIMOIRE_KEY"] = null;
        Assert.Contains("Set GRIMOIRE_KEY", (await home.RunAsync("spells", "list")).Ends(4).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_failed_for_good_is_listed_done_again_and_discarded()
    {
        using var home = world.Home();
        var spell = home.Write("doomed.json", """{"slug":"doomed","steps":[{"id":"p","tool":"json.parse","with":{"text":"{ no"}}]}""");
        (await home.RunAsync("cast", spell, "--watch")).Ends(1);
        var letters = (await home.RunAsync("deadletters", "list", "--spell", "doomed", "--code", "json.malformed", "--json")).Ends(0).Json.GetProperty("letters");
        Assert.Equal("p", letters.EnumerateArray().Single().GetProperty("failure").GetProperty("step").GetString());
        (await home.RunAsync("deadletters", "redrive")).Ends(2);
        var again = (await home.RunAsync("deadletters", "redrive", letters[0].GetProperty("castId").GetString()!, "--json")).Ends(0).Json.GetProperty("redriven")[0];
        (await home.RunAsync("watch", again.GetProperty("again").GetString()!)).Ends(1);
        var discarded = (await home.RunAsync("deadletters", "discard", "--spell", "doomed", "--reason", "A test")).Ends(0);
        Assert.Contains("1 cast discarded", discarded.Error, StringComparison.Ordinal);
        Assert.Empty((await home.RunAsync("deadletters", "list", "--spell", "doomed", "--json")).Ends(0).Json.GetProperty("letters").EnumerateArray());
    }

    [Fact]
    public async Task Usage_stalled_steps_and_health_are_shown()
    {
        using var home = world.Home();
        (await home.RunAsync("cast", "hello", "--watch")).Ends(0);
        Assert.Contains("hello", (await home.RunAsync("usage", "--by", "spell")).Ends(0).Out, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Array, (await home.RunAsync("stalled", "--minutes", "0", "--json")).Ends(0).Json.GetProperty("stalled").ValueKind);
        Assert.Contains("storage", (await home.RunAsync("health")).Ends(0).Out, StringComparison.Ordinal);
        (await home.RunAsync("usage", "--by", "moon")).Ends(2);
    }
}
