using System.Text.Json.Nodes;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Tools;
using Microsoft.AspNetCore.Http;

namespace Grimoire.Functions.Tests.Tools;

public sealed class EgressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("http://localhost:1/")]
    [InlineData("http://[::1]:1/")]
    [InlineData("http://10.255.255.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("ftp://example.com/")]
    [InlineData("http://me:secret@example.com/")]
    public async Task A_private_address_is_refused_for_good(string url)
    {
        using var bench = new Bench(allowLocal: false);

        var result = await bench.RunAsync(Get(url));

        Assert.Equal("egress.refused", result.Failure!.Code);
        Assert.False(result.Failure.Transient);
    }

    [Fact]
    public async Task The_refusal_says_which_address_and_which_setting()
    {
        using var bench = new Bench(allowLocal: false);

        var result = await bench.RunAsync(Get("http://127.0.0.1:81/x?key=1"));

        Assert.Contains("127.0.0.1:81", result.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("Egress:Allow", result.Failure.Message, StringComparison.Ordinal);
        Assert.Equal("http://127.0.0.1:81/x", result.Failure.Details!["url"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_redirect_to_a_private_address_is_refused()
    {
        await using var provider = await FakeProvider.StartAsync(context =>
        {
            context.Response.Redirect("http://169.254.169.254/latest/meta-data");
            return Task.CompletedTask;
        });
        using var bench = new Bench();

        var result = await bench.RunAsync(Get(provider.At("/")));

        Assert.Equal("egress.refused", result.Failure!.Code);
        Assert.Contains("169.254.169.254", result.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_obeys_the_same_policy()
    {
        await using var provider = await FakeProvider.Answering("""{"url":"http://192.168.0.1/picture.png"}""");
        using var bench = new Bench();

        var result = await bench.RunAsync(Get(provider.At("/")) with { Response = new ResponseMapping { Artifacts = [new("image", JsonValue.Create("${response.body.url}"))] } });

        Assert.Equal("egress.refused", result.Failure!.Code);
    }

    [Fact]
    public async Task Redirects_end_after_five_hops()
    {
        await using var provider = await FakeProvider.StartAsync(context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });
        using var bench = new Bench();

        var result = await bench.RunAsync(Get(provider.At("/")));

        Assert.Equal("http.redirect", result.Failure!.Code);
        Assert.False(result.Failure.Transient);
        Assert.Equal(6, provider.Requests.Count);
    }

    [Fact]
    public async Task Another_origin_is_told_no_credentials()
    {
        await using var second = await FakeProvider.Answering("{}");
        await using var first = await FakeProvider.StartAsync(context =>
        {
            context.Response.Redirect(second.At("/there"));
            return Task.CompletedTask;
        });
        using var bench = new Bench();

        await bench.RunAsync(Get(first.At("/"), """{"Authorization":"Bearer abcdefgh","X-Api-Key":"abcdefgh","Accept":"application/json"}"""));

        var seen = Assert.Single(second.Requests);
        Assert.DoesNotContain("Authorization", seen.Headers.Keys);
        Assert.DoesNotContain("X-Api-Key", seen.Headers.Keys);
        Assert.Equal("application/json", seen.Headers["Accept"]);
        Assert.Equal("Bearer abcdefgh", Assert.Single(first.Requests).Headers["Authorization"]);
    }

    [Theory]
    [InlineData(307, "POST")]
    [InlineData(308, "POST")]
    [InlineData(302, "GET")]
    [InlineData(303, "GET")]
    public async Task A_redirected_post_is_sent_again_or_becomes_a_get(int status, string method)
    {
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            if (context.Request.Path == "/")
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = "/there";
                return;
            }

            await context.Response.WriteAsync("{}");
        });
        using var bench = new Bench();
        var tool = new ToolDefinition { Id = "t", Kind = "http", Request = new RequestTemplate { Url = provider.At("/"), Body = new JsonObject { ["a"] = 1 } } };

        var result = await bench.RunAsync(tool);

        Assert.Null(result.Failure);
        var last = provider.Requests.Last();
        Assert.Equal(method, last.Method);
        Assert.Equal(method == "POST" ? """{"a":1}""" : "", last.Body);
    }

    static ToolDefinition Get(string url, string? headers = null) => new()
    {
        Id = "t",
        Kind = "http",
        Request = new RequestTemplate { Method = "GET", Url = url, Headers = headers is null ? null : Bench.Object(headers) },
    };
}
