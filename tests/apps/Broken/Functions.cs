using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;

namespace Broken;

/// <summary>Every function here has something wrong with it.</summary>
public static class Functions
{
    const AuthorizationLevel Open = AuthorizationLevel.Anonymous;

    [Function("Twin")]
    public static string First([HttpTrigger(Open, "get", Route = "first")] HttpRequestData request) => "";

    [Function("twin")]
    public static string Second([HttpTrigger(Open, "get", Route = "second")] HttpRequestData request) => "";

    [Function("BadRoute")]
    public static string BadRoute([HttpTrigger(Open, "get", Route = "broken/{open")] HttpRequestData request) => "";

    [Function("BadConstraint")]
    public static string BadConstraint([HttpTrigger(Open, "get", Route = "broken/{id:number}")] HttpRequestData request) => "";

    [Function("SlashRoute")]
    public static string SlashRoute([HttpTrigger(Open, "get", Route = "/slash")] HttpRequestData request) => "";

    [Function("SameRoute1")]
    public static string SameRoute1([HttpTrigger(Open, "get", "post", Route = "same/{a}")] HttpRequestData request) => "";

    [Function("SameRoute2")]
    public static string SameRoute2([HttpTrigger(Open, "post", Route = "same/{b}")] HttpRequestData request) => "";

    [Function("NoTrigger")]
    public static string NoTrigger(string text) => text;

    [Function("TwoTriggers")]
    public static string TwoTriggers([HttpTrigger(Open)] HttpRequestData request, [ActivityTrigger] string text) => text;

    [Function("Timed")]
    public static void Timed([TimerTrigger("0 * * * * *")] string timer)
    {
    }

    [Function("Stored")]
    [BlobOutput("container/name")]
    public static string Stored([ActivityTrigger] string text) => text;

    [Function("Reading")]
    public static string Reading([ActivityTrigger] string text, [BlobInput("container/name")] string blob) => text + blob;

    [Function("AsyncVoid")]
    public static async void AsyncVoid([HttpTrigger(Open)] HttpRequestData request) => await Task.Yield();

    [Function("WrongRequest")]
    public static string WrongRequest([HttpTrigger(Open)] string body) => body;

    [Function("WrongContext")]
    public static string WrongContext([OrchestrationTrigger] string context) => context;

    [Function("Generic")]
    public static string Generic<T>([ActivityTrigger] T value) => $"{value}";

    [Function("bad name")]
    public static string BadName([ActivityTrigger] string text) => text;
}

[DurableTask("NoTask")]
public sealed class NoTask;

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    public string Schedule { get; } = schedule;
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class BlobOutputAttribute(string path) : OutputBindingAttribute
{
    public string Path { get; } = path;
}

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class BlobInputAttribute(string path) : InputBindingAttribute
{
    public string Path { get; } = path;
}
