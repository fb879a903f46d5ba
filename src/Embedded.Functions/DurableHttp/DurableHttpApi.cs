using Embedded.DurableTask;
using Embedded.DurableTask.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.DurableHttp;

/// <summary>The Durable HTTP API: which request is served by what. Who may call it is checked before.</summary>
internal sealed partial class DurableHttpApi
{
    readonly DurableHttpSettings _settings;
    readonly ILogger _logger;
    readonly InstanceQueries _queries;
    readonly InstanceCommands _commands;
    readonly InstanceStarts _starts;
    readonly EntityEndpoints _entities;

    public DurableHttpApi(EmbeddedTaskHub hub, DurableHttpSettings settings, TimeProvider time, ILogger<DurableHttpApi> logger)
    {
        _settings = settings;
        _logger = logger;
        DurableTaskClient client = ClientOf(hub, settings);
        _queries = new InstanceQueries(client, time);
        _commands = new InstanceCommands(client);
        _starts = new InstanceStarts(client, settings, _queries, time);
        _entities = new EntityEndpoints(client.Entities, settings);
    }

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            CheckTaskHub(context);
            await Route(context, PathOf(context)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (!context.Response.HasStarted && Describe(e) is var (status, message))
        {
            if (status == StatusCodes.Status500InternalServerError)
            {
                RequestFailed(e, context.Request.Method, context.Request.Path);
            }

            await Answer.MessageAsync(context, status, message).ConfigureAwait(false);
        }
    }

    static (int Status, string Message) Describe(Exception exception) => exception switch
    {
        BadDurableRequestException e => (e.StatusCode, e.Message),
        BadHttpRequestException e => (e.StatusCode, e.Message),
        IOException { InnerException: OverflowException } e => (StatusCodes.Status400BadRequest, e.Message),

        // The client's own checks, which speak of its parameters; the name of one means nothing to a caller over HTTP.
        ArgumentException e => (StatusCodes.Status400BadRequest, WithoutParameter(e)),
        ObjectDisposedException => (StatusCodes.Status503ServiceUnavailable, "The host is stopping."),
        _ => (StatusCodes.Status500InternalServerError, "Something went wrong while processing your request; the host's log says what."),
    };

    static string WithoutParameter(ArgumentException e) =>
        e.Message.IndexOf(" (Parameter '", StringComparison.Ordinal) is > 0 and var end ? e.Message[..end] : e.Message;

    static EmbeddedDurableTaskClient ClientOf(EmbeddedTaskHub hub, DurableHttpSettings settings) => new(
        "DurableHttpApi",
        new EmbeddedHubs(),
        new FixedOptions<EmbeddedOptions>(new EmbeddedOptions { Hub = hub }),
        new FixedOptions<DurableTaskClientOptions>(new DurableTaskClientOptions
        {
            DataConverter = VerbatimJson.Instance,
            DefaultVersion = settings.DefaultVersion,
            EnableEntitySupport = true,
        }));

    /// <summary>The segments behind the API's own path, each decoded by itself: an entity's key may hold an encoded '/'.</summary>
    static string[] PathOf(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        int start = target.IndexOf(ManagementUrls.ApiPath, StringComparison.OrdinalIgnoreCase);
        string path = start < 0 ? context.Request.Path.Value ?? string.Empty : target[(start + ManagementUrls.ApiPath.Length)..];
        return [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
    }

    void CheckTaskHub(HttpContext context)
    {
        // Another hub would be reached on the official host. Here it would be this one, whose instances the caller did not mean.
        string? asked = new DurableQuery(context.Request).Text("taskHub");
        if (asked is not null && !asked.Equals(_settings.HubName, StringComparison.OrdinalIgnoreCase))
        {
            throw new BadDurableRequestException(
                $"The task hub '{asked}' is not on this host; its only one is '{_settings.HubName}'. The parameter may be left out.");
        }
    }

    Task Route(HttpContext context, string[] path) => path switch
    {
        [var area] when Is(area, "instances") => ByMethod(context, get: _queries.ListAsync, delete: _queries.PurgeManyAsync),
        [var area, var id] when Is(area, "instances") => ByMethod(
            context, get: c => _queries.StatusAsync(c, id), delete: c => _queries.PurgeAsync(c, id)),
        [var area, var id, var operation] when Is(area, "instances") => Operate(context, id, operation),
        [var area, var id, var operation, var name] when Is(area, "instances") && Is(operation, "raiseEvent") =>
            ByMethod(context, post: c => _commands.RaiseEventAsync(c, id, name)),
        [var area, var name] when Is(area, "orchestrators") => ByMethod(context, post: c => _starts.StartAsync(c, name, null)),
        [var area, var name, var id] when Is(area, "orchestrators") => ByMethod(context, post: c => _starts.StartAsync(c, name, id)),
        [var area] when Is(area, "entities") => ByMethod(context, get: c => _entities.ListAsync(c, null)),
        [var area, var name] when Is(area, "entities") => ByMethod(
            context,
            get: c => _entities.ListAsync(c, name),
            post: c => _entities.SignalAsync(c, name, string.Empty),
            delete: c => _entities.DeleteAsync(c, name, string.Empty)),
        [var area, var name, var key] when Is(area, "entities") => ByMethod(
            context,
            get: c => _entities.GetAsync(c, name, key),
            post: c => _entities.SignalAsync(c, name, key),
            delete: c => _entities.DeleteAsync(c, name, key)),
        _ => throw UnknownPath(path),
    };

    Task Operate(HttpContext context, string id, string operation) => operation.ToUpperInvariant() switch
    {
        "TERMINATE" => ByMethod(context, post: c => _commands.TerminateAsync(c, id)),
        "SUSPEND" => ByMethod(context, post: c => _commands.SuspendAsync(c, id)),
        "RESUME" => ByMethod(context, post: c => _commands.ResumeAsync(c, id)),
        "REWIND" => ByMethod(context, post: c => _commands.RewindAsync(c, id)),
        "RESTART" => ByMethod(context, post: c => _starts.RestartAsync(c, id)),
        "RAISEEVENT" => throw new BadDurableRequestException(
            "The event's name is missing: POST instances/{id}/raiseEvent/{eventName}.", StatusCodes.Status404NotFound),
        _ => throw UnknownPath(["instances", id, operation]),
    };

    static Task ByMethod(
        HttpContext context, Func<HttpContext, Task>? get = null, Func<HttpContext, Task>? post = null, Func<HttpContext, Task>? delete = null)
    {
        string method = context.Request.Method;
        Func<HttpContext, Task>? handler = HttpMethods.IsGet(method) ? get
            : HttpMethods.IsPost(method) ? post
            : HttpMethods.IsDelete(method) ? delete
            : null;
        if (handler is not null)
        {
            return handler(context);
        }

        string[] allowed = [.. new[] { get is null ? null : "GET", post is null ? null : "POST", delete is null ? null : "DELETE" }.OfType<string>()];
        context.Response.Headers.Allow = string.Join(", ", allowed);
        throw new BadDurableRequestException(
            $"{method} is not possible here; use {string.Join(" or ", allowed)}.", StatusCodes.Status405MethodNotAllowed);
    }

    static bool Is(string segment, string name) => segment.Equals(name, StringComparison.OrdinalIgnoreCase);

    static BadDurableRequestException UnknownPath(string[] path) => new(
        $"There is nothing at '{string.Join('/', path)}'. What there is: instances[/{{id}}[/terminate|suspend|resume|rewind|restart"
        + "|raiseEvent/{eventName}]], orchestrators/{name}[/{id}], entities[/{name}[/{key}]].",
        StatusCodes.Status404NotFound);

    [LoggerMessage(Level = LogLevel.Error, Message = "The Durable HTTP API could not serve {Method} {Path}.")]
    partial void RequestFailed(Exception exception, string method, string path);
}
