using System.Reflection;
using System.Text.RegularExpressions;
using Grimoire.Accounts;
using Grimoire.Functions.Http.OpenApi;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Tests.Security;

/// <summary>Every HTTP function says who may call it, and nothing else guards it.</summary>
[Trait("Row", "KZ21")]
public sealed partial class AccessTests
{
    /// <summary>Names in routes under which the storage keeps what an account has: another account's are not found there.</summary>
    static readonly string[] KeptByAccount = ["api/spells/{slug}", "api/tools/{id}", "api/notifications/{name}", "api/keys/{id}"];

    static readonly string[] OfOperators = ["api/accounts/{name}"];

    static readonly string[] Open =
        ["AttemptCallback", "Dashboard", "DashboardAsset", "GetOpenApi", "GetSpellSchema", "GetToolSchema", "HealthLive", "HealthReady", "ToolCallback"];

    [Fact]
    public void Every_function_either_needs_a_role_or_is_open()
    {
        Assert.NotEmpty(Access.Functions());
        Assert.All(Access.Functions(), function => Assert.Single(
            function.Method.GetCustomAttributes(), attribute => attribute is NeedsAttribute or OpenAttribute));
        Assert.Equal(Open, Access.Functions().Where(function => Access.Of(function.Name).Needs is null).Select(function => function.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_host_asks_for_no_key_of_its_own() => Assert.All(
        Access.Functions().SelectMany(function => function.Method.GetParameters()).Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>(),
        trigger => Assert.Equal(AuthorizationLevel.Anonymous, trigger.AuthLevel));

    [Fact]
    public void Whatever_a_route_names_is_looked_for_in_one_account()
    {
        var named = Access.Functions().Where(function => function.Route.Contains('{', StringComparison.Ordinal) && !Open.Contains(function.Name));

        Assert.NotEmpty(named);
        Assert.All(named, function => Assert.True(
            Access.Of(function.Name) is { CastId: "id" } == (function.Route.StartsWith("api/casts/{id}", StringComparison.Ordinal) || function.Route.StartsWith("api/runs/{id}", StringComparison.Ordinal)
                || function.Route.StartsWith("api/cooks/{id}", StringComparison.Ordinal) || function.Route.StartsWith("api/deadletters/{id}", StringComparison.Ordinal))
            && (Access.Of(function.Name).CastId is not null
                || KeptByAccount.Contains(First(function.Route))
                || (OfOperators.Contains(First(function.Route)) && Access.Of(function.Name).Needs!.Operators)),
            $"Whose is what {function.Route} names?"));
    }

    [Fact]
    public void What_only_reads_is_for_every_role_but_for_what_is_an_admins()
    {
        string[] admins = ["GetAccount", "GetKey", "GetNotification", "GetRetention", "ListAccounts", "ListKeys", "ListNotifications", "ListStalledSteps", "Metrics"];

        var reads = Access.Functions().Where(function => !Open.Contains(function.Name) && Methods(function.Method).All(method => method is "get" or "head"));
        var writes = Access.Functions().Where(function => !Open.Contains(function.Name) && !Methods(function.Method).All(method => method is "get" or "head"));

        Assert.Equal(admins, reads.Where(function => Access.Of(function.Name).Needs!.Role != Role.Viewer).Select(function => function.Name).Order(StringComparer.Ordinal));
        Assert.All(writes, function => Assert.NotEqual(Role.Viewer, Access.Of(function.Name).Needs!.Role));
    }

    [Fact]
    public void The_description_says_the_same()
    {
        Assert.All(ApiOperations.All, operation => Assert.Equal(operation.IsAnonymous, OperationRoutes.NeedsOf(operation) is null));
        Assert.Equal("operator", (string?)OpenApiDocument.Create()["paths"]!["/accounts"]!["get"]!["x-role"]);
    }

    static string[] Methods(MethodInfo method) =>
        method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>().Single().Methods!;

    static string First(string route) => UpToFirstName().Match(route).Value;

    [GeneratedRegex(@"\A[^{]*\{\w+\}")]
    private static partial Regex UpToFirstName();
}
