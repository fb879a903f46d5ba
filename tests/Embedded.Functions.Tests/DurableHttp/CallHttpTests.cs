using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Primitives;

namespace Embedded.Functions.Tests.DurableHttp;

public sealed class CallHttpTests : IAsyncLifetime
{
    readonly ConcurrentQueue<string> _requests = new();
    readonly ConcurrentDictionary<string, int> _counts = new();
    volatile bool _jobIsDone = true;
    DurableHttpHost _host = null!;
    WebApplication _api = null!;
    Uri _base = null!;

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0", "http://127.0.0.1:0");
        _api = builder.Build();
        _api.Run(ServeAsync);
        await _api.StartAsync();
        _base = new Uri(_api.Urls.First());
        _host = await DurableHttpHost.StartAsync(AddOrchestrators);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task A_request_arrives_with_its_headers_and_content_and_the_response_comes_back()
    {
        OrchestrationMetadata end = await _host.RunAsync("Post", new Uri(_base, "echo"));

        Assert.Equal("201|x-answer=a,b|POST application/json; charset=utf-8 X-One=1 {\"a\":1}", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_response_that_is_an_error_is_returned_when_no_retries_are_asked_for()
    {
        OrchestrationMetadata end = await _host.RunAsync("Get", new Uri(_base, "broken"));

        Assert.Equal("500", end.ReadOutputAs<string>());
        Assert.Single(_requests);
    }

    [Fact]
    public async Task A_request_is_retried_on_the_statuses_that_are_named()
    {
        OrchestrationMetadata end = await _host.RunAsync("Retry", new Uri(_base, "flaky"));

        Assert.Equal("200", end.ReadOutputAs<string>());
        Assert.Equal(3, _requests.Count);
    }

    [Fact]
    public async Task A_call_fails_when_its_attempts_are_used_up()
    {
        OrchestrationMetadata end = await _host.RunAsync("Retry", new Uri(_base, "unavailable"));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("503", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(4, _requests.Count);
    }

    [Fact]
    public async Task A_202_is_polled_until_it_is_something_else()
    {
        OrchestrationMetadata end = await _host.RunAsync("Poll", new Uri(_base, "job"));

        Assert.Equal("200 done", end.ReadOutputAs<string>());
        Assert.Equal(
            ["POST /job auth=secret key=k", "GET /job/status?n=1 auth=secret key=", "GET /job/status?n=2 auth=secret key="], _requests);
    }

    [Fact]
    public async Task Credentials_do_not_go_to_another_host_that_a_response_names()
    {
        OrchestrationMetadata end = await _host.RunAsync("Poll", new Uri(_base, "elsewhere"));

        Assert.Equal("200 done", end.ReadOutputAs<string>());
        Assert.Equal("GET /job/status?n=2 auth= key=", _requests.Last());
    }

    [Theory]
    [InlineData("nolocation")]
    [InlineData("badlocation")]
    public async Task A_202_that_cannot_be_polled_is_returned(string path)
    {
        OrchestrationMetadata end = await _host.RunAsync("Poll", new Uri(_base, path));

        Assert.StartsWith("202", end.ReadOutputAs<string>(), StringComparison.Ordinal);
        Assert.Single(_requests);
    }

    [Fact]
    public async Task Polling_goes_on_after_a_restart_of_the_host()
    {
        _jobIsDone = false;
        string id = await _host.BeginAsync("Poll", new Uri(_base, "job"));
        await DurableHttpHost.UntilAsync(() => Task.FromResult(_requests.Count >= 2));

        await _host.RestartAsync();
        _jobIsDone = true;
        OrchestrationMetadata end = await _host.EndOfAsync(id);

        Assert.Equal("200 done", end.ReadOutputAs<string>());
        Assert.Single(_requests, request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("slow", "was not answered within 00:00:00.2000000")]
    [InlineData("later", "was not complete within its timeout of 00:00:00.2000000")]
    public async Task A_timeout_covers_the_request_and_its_polling(string path, string message)
    {
        OrchestrationMetadata end = await _host.RunAsync("Hurry", new Uri(_base, path));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains(message, end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Identity", "the embedded host has no managed identity")]
    [InlineData("Multipart", "Multipart content is not supported")]
    [InlineData("Inject", "The header 'X-Bad' cannot be sent")]
    public async Task A_request_that_cannot_be_made_fails_with_the_reason(string orchestrator, string message)
    {
        OrchestrationMetadata end = await _host.RunAsync(orchestrator, new Uri(_base, "echo"));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains(message, end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(_requests);
    }

    static void AddOrchestrators(DurableTaskRegistry tasks)
    {
        void Add(string name, Func<TaskOrchestrationContext, Uri, Task<DurableHttpResponse>> call, Func<DurableHttpResponse, string>? show = null) =>
            tasks.AddOrchestratorFunc<Uri, string>(name, async (context, uri) =>
            {
                DurableHttpResponse response = await call(context, uri);
                return show is null ? $"{(int)response.StatusCode}" : show(response);
            });

        static DurableHttpRequest With(Uri uri, string name, StringValues value) =>
            new(HttpMethod.Post, uri) { Content = "{\"a\":1}", Headers = new Dictionary<string, StringValues> { [name] = value } };

        Add(
            "Post",
            (context, uri) => context.CallHttpAsync(new DurableHttpRequest(HttpMethod.Post, uri)
            {
                Content = "{\"a\":1}",
                Headers = new Dictionary<string, StringValues> { ["content-type"] = "application/json; charset=utf-8", ["X-One"] = "1" },
            }),
            response => $"{(int)response.StatusCode}|x-answer={response.Headers!["X-Answer"].ToString()}|{response.Content}");
        Add("Get", (context, uri) => context.CallHttpAsync(HttpMethod.Get, uri));
        Add("Retry", (context, uri) => context.CallHttpAsync(new DurableHttpRequest(HttpMethod.Get, uri)
        {
            HttpRetryOptions = new HttpRetryOptions([HttpStatusCode.ServiceUnavailable])
            {
                MaxNumberOfAttempts = 4,
                FirstRetryInterval = TimeSpan.FromMilliseconds(5),
                BackoffCoefficient = 1.5,
            },
        }));
        Add(
            "Poll",
            (context, uri) => context.CallHttpAsync(new DurableHttpRequest(
                HttpMethod.Post,
                uri,
                new Dictionary<string, StringValues> { ["authorization"] = "secret", ["X-Functions-Key"] = "k" },
                asynchronousPatternEnabled: true)),
            response => $"{(int)response.StatusCode} {response.Content}");
        Add("Hurry", (context, uri) => context.CallHttpAsync(
            HttpMethod.Get, uri, asynchronousPatternEnabled: true, tokenSource: null, timeout: TimeSpan.FromMilliseconds(200)));
        Add("Identity", (context, uri) => context.CallHttpAsync(
            HttpMethod.Get, uri, tokenSource: new ManagedIdentityTokenSource("https://graph.microsoft.com/")));
        Add("Multipart", (context, uri) => context.CallHttpAsync(With(uri, "Content-Type", "multipart/form-data; boundary=x")));
        Add("Inject", (context, uri) => context.CallHttpAsync(With(uri, "X-Bad", "a\r\nX-Evil: b")));
    }

    async Task ServeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        HttpResponse response = context.Response;
        int count = _counts.AddOrUpdate(request.Path, 1, (_, n) => n + 1);
        _requests.Enqueue($"{request.Method} {request.Path}{request.QueryString} auth={request.Headers.Authorization} key={request.Headers["x-functions-key"]}");
        switch (request.Path.Value)
        {
            case "/echo":
                using (var body = new StreamReader(request.Body))
                {
                    response.StatusCode = 201;
                    response.Headers["X-Answer"] = new StringValues(["a", "b"]);
                    await response.WriteAsync($"{request.Method} {request.ContentType} X-One={request.Headers["X-One"]} {await body.ReadToEndAsync()}");
                }

                break;
            case "/broken":
                response.StatusCode = 500;
                break;
            case "/flaky":
                response.StatusCode = count < 3 ? 503 : 200;
                break;
            case "/unavailable":
                response.StatusCode = 503;
                break;
            case "/job":
                Accept(response, "/job/status?n=1");
                break;
            case "/elsewhere":
                Accept(response, new Uri(new Uri(_api.Urls.Last()), "/job/status?n=2").ToString());
                break;
            case "/job/status" when request.Query["n"] == "2" && _jobIsDone:
                await response.WriteAsync("done");
                break;
            case "/job/status":
                Accept(response, "status?n=2");
                break;
            case "/nolocation":
                response.StatusCode = 202;
                break;
            case "/badlocation":
                Accept(response, "file:///etc/passwd");
                break;
            case "/later":
                Accept(response, "/later");
                response.Headers.RetryAfter = "3600";
                break;
            case "/slow":
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            default:
                response.StatusCode = 404;
                break;
        }
    }

    static void Accept(HttpResponse response, string location)
    {
        response.StatusCode = 202;
        response.Headers.Location = location;
        response.Headers.RetryAfter = "0";
    }
}
