namespace Embedded.Functions.Tests.Host;

/// <summary>What is no HTTP, or bad HTTP, has its answer; nothing of it stops the app or shows its insides.</summary>
[Collection(ProbeApps.Name)]
public sealed class MalformedHttpTests(ProbeApp probe)
{
    const string Host = "Host: x\r\nConnection: close\r\n";
    const string Post = "POST /api/digest HTTP/1.1\r\n" + Host;

    public static TheoryData<string, int> Requests => new()
    {
        { "NONSENSE\r\n\r\n", 400 },
        { "\r\n\r\n\r\n GET\r\n\r\n", 400 },
        { "GET /api/any HTTP/9.9\r\nHost: x\r\n\r\n", 505 },
        { "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", 400 },
        { "CONNECT x:80 HTTP/1.1\r\n" + Host + "\r\n", 400 },
        { "OPTIONS * HTTP/1.1\r\n" + Host + "\r\n", 404 },

        // The host
        { "GET /api/any HTTP/1.1\r\nConnection: close\r\n\r\n", 400 },
        { "GET /api/any HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", 400 },
        { "GET /api/any HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", 400 },
        { "GET /api/any HTTP/1.1\r\nHost: user@evil\r\nConnection: close\r\n\r\n", 400 },
        { "GET /api/any HTTP/1.1\r\nHost: a:99999\r\nConnection: close\r\n\r\n", 400 },
        { "GET /api/any HTTP/1.1\r\nHost: ..\r\nConnection: close\r\n\r\n", 400 },
        { "GET http://other/api/any HTTP/1.1\r\n" + Host + "\r\n", 400 },

        // Headers
        { "GET /api/any HTTP/1.1\r\n" + Host + "X-A: a\rX-Evil: b\r\n\r\n", 400 },
        { "GET /api/any HTTP/1.1\r\n" + Host + "X-A: a\0b\r\n\r\n", 400 },
        { "GET /api/any HTTP/1.1\r\n" + Host + "X-A: a\r\n folded\r\n\r\n", 400 },
        { "GET /api/any HTTP/1.1\r\n" + Host + "X-A : a\r\n\r\n", 400 },
        { "GET /api/any HTTP/1.1\r\n" + Host + "X-A: \u00ff\u00fe\r\n\r\n", 400 },
        { "GET /api/any HTTP/1.1\r\n" + Host + "X-A: " + new string('a', 102_400) + "\r\n\r\n", 431 },
        { "GET /api/any?" + new string('a', 102_400) + " HTTP/1.1\r\n" + Host + "\r\n", 414 },

        // Paths
        { Get("/api/files/%2e%2e/any"), 200 },
        { Get("/api/../../any"), 404 },
        { Get("/api/../admin/host/status"), 404 },
        { Get("/api/files/%00"), 400 },
        { Get("/api/files/\u00ff"), 400 },
        { Get("/api/loose/%ff"), 400 },
        { Get("//api//any"), 404 },
        { Get("/api/any%20"), 404 },
        { Get("/api/any;x=1"), 404 },
        { Get("api/any"), 400 },
        { Get("/api/any?%ff=%zz&a=%00"), 200 },
        { Get("/runtime/webhooks/%64urabletask/instances"), 401 },
        { Get("/api/../runtime/webhooks/durabletask/instances"), 401 },

        // Bodies
        { Post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", 400 },
        { Post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400 },
        { Post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n", 400 },
        { Post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx", 400 },
        { Post + "Transfer-Encoding: gzip\r\n\r\nabc", 400 },
        { Post + "Content-Length: abc\r\n\r\nabc", 400 },
        { Post + "Content-Length: -1\r\n\r\nabc", 400 },
        { Post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400 },
        { Post + "Content-Length: 999999999999\r\n\r\nabc", 413 },
        { Post + "\r\n", 200 },
        { "POST /runtime/webhooks/durabletask/instances HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 401 },
    };

    [Fact]
    public async Task A_body_that_says_it_is_too_large_is_refused_by_the_durable_API_before_it_is_sent()
    {
        string answer = await RawConnection.AnswerAsync(
            probe.Port,
            $"POST /runtime/webhooks/durabletask/orchestrators/Version/huge?code={probe.Keys.Durable} HTTP/1.1\r\n{Host}"
                + $"Content-Type: application/json\r\nContent-Length: {ProbeApp.BodyLimit + 1}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", answer);
        await probe.TextAsync($"runtime/webhooks/durabletask/instances/huge?code={probe.Keys.Durable}", System.Net.HttpStatusCode.NotFound);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_malformed_request_is_answered(string request, int status)
    {
        string answer = await RawConnection.AnswerAsync(probe.Port, request);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.DoesNotContain("   at ", answer);
        Assert.DoesNotContain("Exception", answer);
        Assert.Equal("GET", await probe.TextAsync("api/any"));
    }

    [Theory]
    [InlineData("/api/files/a%2Fb%20c", "<a%2Fb c>")]
    [InlineData("/api/files/%2F..%2F", "<%2F..%2F>")]
    [InlineData("/api/files/%ff%fe", "<%ff%fe>")]
    [InlineData("/api/files/%zz", "<%zz>")]
    [InlineData("/api/files/a%5cb", "<a\\b>")]
    [InlineData("/api/%66iles/x", "<x>")]
    public async Task What_is_encoded_in_a_path_stays_a_value(string path, string expected) =>
        Assert.EndsWith($"\r\n\r\n{expected}", await RawConnection.AnswerAsync(probe.Port, Get(path)));

    [Theory]
    [InlineData("api/reflect?value=a%0d%0aX-Evil:%20b")]
    [InlineData("api/reflect?value=a%0aX-Evil:%20b")]
    [InlineData("api/reflect?value=%00")]
    [InlineData("api/reflect-cookie?value=a&path=/%0d%0aX-Evil:%20b")]
    public async Task A_header_with_a_line_break_is_not_sent(string path)
    {
        using HttpResponseMessage response = await probe.Http.GetAsync(path);

        Assert.False(response.Headers.Contains("X-Evil"));
        Assert.False(response.Headers.Contains("X-Reflected"));
        Assert.Equal(500, (int)response.StatusCode);
    }

    [Fact]
    public async Task What_a_cookie_may_not_hold_is_encoded()
    {
        using HttpResponseMessage response = await probe.Http.GetAsync("api/reflect-cookie?value=a%0d%0aX-Evil:1;b");

        Assert.Equal("reflected=a%0D%0AX-Evil%3A1%3Bb; path=/", response.Headers.GetValues("Set-Cookie").Single());
    }

    [Fact]
    public async Task A_request_without_a_host_is_for_the_one_that_was_called()
    {
        string answer = await RawConnection.AnswerAsync(probe.Port, "GET /api/inspect HTTP/1.0\r\n\r\n");

        Assert.Contains($"\"url\":\"http://127.0.0.1:{probe.Port}/api/inspect\"", answer);
    }

    [Fact]
    public async Task Chunks_go_over_a_length()
    {
        string answer = await RawConnection.AnswerAsync(
            probe.Port, Post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");

        Assert.Contains("\"length\":3", answer);
    }

    [Theory]
    [InlineData("GET /api/any HTTP/1.1\r\nHos")]
    [InlineData(Post + "Content-Length: 10\r\n\r\nabc")]
    [InlineData(Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nabc")]
    public async Task A_request_that_breaks_off_reaches_no_function(string request)
    {
        using (RawConnection connection = await RawConnection.OpenAsync(probe.Port))
        {
            await connection.SendAsync(request);
        }

        Assert.Equal("GET", await probe.TextAsync("api/any"));
        Assert.False(probe.Process.HasExited);
    }

    [Fact]
    public async Task A_connection_serves_one_request_after_another()
    {
        using RawConnection connection = await RawConnection.OpenAsync(probe.Port);
        await connection.SendAsync("GET /api/any HTTP/1.1\r\nHost: x\r\n\r\n");
        string first = await connection.ReadResponseAsync();
        await connection.SendAsync("POST /api/any HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        string second = await connection.ReadResponseAsync();

        Assert.EndsWith("GET", first);
        Assert.EndsWith("POST", second);
        Assert.DoesNotContain("Connection: close", first);
    }

    [Fact]
    public async Task A_body_is_refused_when_its_chunks_get_too_long()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/digest") { Content = new ByteArrayContent(new byte[ProbeApp.BodyLimit + 1]) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;

        using HttpResponseMessage response = await probe.Http.SendAsync(request);

        Assert.Equal(413, (int)response.StatusCode);
        Assert.Contains($"{ProbeApp.BodyLimit}", await response.Content.ReadAsStringAsync());
    }

    static string Get(string target) => $"GET {target} HTTP/1.1\r\n{Host}\r\n";
}
