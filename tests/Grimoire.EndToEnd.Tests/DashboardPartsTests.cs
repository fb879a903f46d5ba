using System.Net;
using System.Text.RegularExpressions;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Functions.Dashboard;

namespace Grimoire.EndToEnd.Tests;

/// <summary>How the dashboard is served: what a browser may do with it.</summary>
[Collection(SharedApp.Name)]
[Trait("Row", "UX12")]
public sealed partial class DashboardPartsTests(AppWithFiles shared)
{
    readonly HttpClient _http = shared.App.Process.Http;

    [Fact]
    public async Task The_page_is_at_the_root_and_wants_no_key()
    {
        using HttpResponseMessage response = await _http.GetAsync("");

        Assert.Equal((HttpStatusCode.OK, "text/html"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains("<title>Grimoire</title>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_part_comes_with_a_policy_under_which_nothing_else_runs()
    {
        foreach (string path in new DashboardAssets().Paths.Select(path => "ui/" + path).Append(""))
        {
            using HttpResponseMessage response = await _http.GetAsync(path);

            Assert.Equal((HttpStatusCode.OK, path), (response.StatusCode, path));
            string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("require-trusted-types-for 'script'; trusted-types 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Fact]
    public async Task What_the_browser_has_is_not_sent_again()
    {
        using HttpResponseMessage first = await _http.GetAsync("ui/app.js");
        using var again = new HttpRequestMessage(HttpMethod.Get, "ui/app.js") { Headers = { { "If-None-Match", first.Headers.ETag!.ToString() } } };

        using HttpResponseMessage second = await _http.SendAsync(again);

        Assert.Equal((HttpStatusCode.NotModified, 0), (second.StatusCode, (await second.Content.ReadAsByteArrayAsync()).Length));
    }

    [Theory]
    [InlineData("ui/nothing.js")]
    [InlineData("ui/..%2fapp.js")]
    [InlineData("ui/../app.js")]
    [InlineData("casts")]
    public async Task What_is_no_part_is_not_found(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    /// <summary>The policy would stop it; that it is not there is so on other hosts too.</summary>
    [Fact]
    public void No_part_has_a_script_or_style_in_its_markup_makes_markup_of_text_or_fetches_from_elsewhere()
    {
        var assets = new DashboardAssets();
        Assert.NotEmpty(assets.Paths);
        Assert.All(assets.Paths, path =>
        {
            string text = System.Text.Encoding.UTF8.GetString(assets.Find(path)!.Content.Span);
            Assert.DoesNotMatch(Unwanted(), text);
            Assert.DoesNotMatch(Elsewhere(), text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal));
        });
    }

    [GeneratedRegex(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(|<script>|<style|\sstyle=|\son\w+=""|srcdoc|javascript:")]
    private static partial Regex Unwanted();

    [GeneratedRegex(@"(src|href|import|from|fetch\()\s*[=(]?\s*['""`]https?:")]
    private static partial Regex Elsewhere();
}
