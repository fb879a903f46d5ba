using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Tests.Api;

public sealed class HttpHeadersTests
{
    [Fact]
    public void Headers_are_found_whatever_their_case()
    {
        var headers = new HttpHeadersCollection([KeyValuePair.Create("X-Trace", "1")]);

        Assert.Equal(["1"], headers.GetValues("x-trace"));
        Assert.True(headers.Contains("X-TRACE"));
    }

    [Fact]
    public void A_header_can_have_several_values()
    {
        IEnumerable<string> values = ["a", "b"];
        var headers = new HttpHeadersCollection([KeyValuePair.Create("X-Tags", values)]);

        headers.Add("x-tags", "c");

        Assert.Equal(["a", "b", "c"], headers.GetValues("X-Tags"));
    }

    [Fact]
    public void Headers_that_came_with_a_request_are_not_judged()
    {
        var headers = new HttpHeadersCollection([KeyValuePair.Create("If-Match", "no quotes"), KeyValuePair.Create("Host", "a b")]);

        Assert.Equal(["no quotes"], headers.GetValues("If-Match"));
        Assert.Equal(["a b"], headers.GetValues("Host"));
    }

    [Fact]
    public void Headers_of_requests_responses_and_content_go_side_by_side()
    {
        var headers = new HttpHeadersCollection
        {
            { "Accept", "text/plain" },
            { "Location", "/api/a" },
            { "Content-Type", "text/plain" },
        };

        Assert.Equal(3, headers.Count());
    }

    [Fact]
    public void A_line_break_cannot_be_added()
    {
        var headers = new HttpHeadersCollection();

        Assert.Throws<FormatException>(() => headers.Add("X-Name", "a\r\nSet-Cookie: b=c"));
    }

    [Fact]
    public void A_cookie_needs_a_name_and_a_value()
    {
        Assert.Throws<ArgumentNullException>(() => new HttpCookie(null!, "a"));
        Assert.Throws<ArgumentNullException>(() => new HttpCookie("a", null!));
    }

    [Fact]
    public void A_cookie_says_nothing_that_it_was_not_given()
    {
        var cookie = new HttpCookie("a", "b");

        Assert.Equal(("a", "b", SameSite.None), (cookie.Name, cookie.Value, cookie.SameSite));
        Assert.Null(cookie.Domain);
        Assert.Null(cookie.Path);
        Assert.Null(cookie.Expires);
        Assert.Null(cookie.MaxAge);
        Assert.Null(cookie.HttpOnly);
        Assert.Null(cookie.Secure);
    }
}
