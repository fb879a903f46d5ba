using System.Net;
using Grimoire.Accounts;
using Grimoire.Functions.Http;
using Grimoire.Functions.Security;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Grimoire.Functions.Tests.Security;

/// <summary>Who is let through to a function, and as whom.</summary>
[Trait("Row", "KZ21")]
public sealed class AuthenticateTests
{
    const string OfAcme = "acme-0000000000000000000";
    const string OfOther = "other-0000000000000000000";

    static readonly CancellationToken None = CancellationToken.None;

    readonly SetTime _time = new();
    readonly AccountStore _store;
    readonly RequestQuota _quota;
    LimitOptions _defaults = new(AccountLimits.None);

    public AuthenticateTests() => (_store, _quota) = (new AccountStore(new MemoryObjects(), _time), new RequestQuota(_time));

    [Fact]
    public async Task More_requests_than_the_account_may_send_are_refused_and_those_of_others_are_not()
    {
        _defaults = new(new AccountLimits { RequestsPerMinute = 2 });
        var (acme, other) = (await AddAsync("acme", Role.Viewer), await AddAsync("other", Role.Viewer));

        await AdmittedAsync("ListCasts", "GET", "casts", null, ("X-Api-Key", acme.Reveal()));
        await AdmittedAsync("ListCasts", "GET", "casts", null, ("X-Api-Key", acme.Reveal()));
        var problem = await RefusedAsync("ListCasts", "GET", "casts", null, ("X-Api-Key", acme.Reveal()));

        Assert.Equal((HttpStatusCode.TooManyRequests, "account.requests"), (problem.Status, problem.Code));
        Assert.Contains(("Retry-After", "60"), problem.Headers);
        await AdmittedAsync("ListCasts", "GET", "casts", null, ("X-Api-Key", other.Reveal()));
        await AdmittedAsync("Health", "GET", "health", null, ("X-Api-Key", acme.Reveal()));
        await AdmittedAsync("HealthLive", "GET", "health/live");
    }

    [Fact]
    public async Task An_account_has_its_own_limit_before_that_of_all_and_it_holds_also_where_no_keys_are_asked_for()
    {
        _defaults = new(new AccountLimits { RequestsPerMinute = 1 });
        await _store.ChangeAsync(Account.Operators, _ => (new Account(Account.Operators, _time.Now) { Limits = new AccountLimits { RequestsPerMinute = 3 } }, true), None);

        for (var i = 0; i < 3; i++)
        {
            await AdmittedAsync(Call("ListCasts", "GET", "casts", null), KeyUse.Off);
        }

        var refused = await Assert.ThrowsAsync<RefusedException>(() => AdmittedAsync(Call("ListCasts", "GET", "casts", null), KeyUse.Off));
        Assert.Equal("account.requests", refused.Problem.Code);
    }

    [Fact]
    public async Task What_is_refused_for_its_role_has_been_a_request_too()
    {
        _defaults = new(new AccountLimits { RequestsPerMinute = 1 });
        var key = await AddAsync("acme", Role.Viewer);

        var first = await RefusedAsync("StartCastOverHttp", "POST", "casts", null, ("X-Api-Key", key.Reveal()));
        var second = await RefusedAsync("StartCastOverHttp", "POST", "casts", null, ("X-Api-Key", key.Reveal()));

        Assert.Equal(("auth.role", "account.requests"), (first.Code, second.Code));
    }

    [Theory]
    [InlineData("ListCasts", "GET", "casts")]
    [InlineData("Health", "GET", "health")]
    [InlineData("GetCast", "GET", "casts/" + OfAcme, OfAcme)]
    public async Task Without_a_key_nothing_is_told(string function, string method, string path, string? id = null)
    {
        var problem = await RefusedAsync(function, method, path, id);

        Assert.Equal((HttpStatusCode.Unauthorized, "auth.missing"), (problem.Status, problem.Code));
        Assert.Contains(("WWW-Authenticate", "Bearer"), problem.Headers);
    }

    [Theory]
    [InlineData("HealthLive", "health/live")]
    [InlineData("GetOpenApi", "openapi.json")]
    [InlineData("ToolCallback", "webhooks/draw?account=acme")]
    public async Task What_is_open_wants_no_key(string function, string path) => Assert.False((await AdmittedAsync(function, "POST", path)).IsOperator);

    [Fact]
    public async Task A_key_is_taken_from_either_header_and_says_who_calls()
    {
        var key = await AddAsync("acme", Role.Caster);

        foreach (var (header, value) in ((string, string)[])[("Authorization", "Bearer " + key.Reveal()), ("Authorization", "bearer  " + key.Reveal()), ("X-Api-Key", key.Reveal())])
        {
            var caller = await AdmittedAsync("ListCasts", "GET", "casts", null, (header, value));

            Assert.Equal(new Caller("acme", Role.Caster) { KeyId = key.Id, KeyName = "a key" }, caller);
            Assert.False(caller.IsOperator);
        }
    }

    [Fact]
    public async Task Keys_that_are_unknown_wrong_or_revoked_are_told_in_the_same_words()
    {
        var key = await AddAsync("acme", Role.Admin);
        var revoked = await AddAsync("acme", Role.Admin, key => key with { RevokedAt = _time.Now });
        string[] presented = [ApiKey.New().Reveal(), $"grm_{key.Id}_{ApiKey.New().Reveal()[^43..]}", revoked.Reveal(), "nonsense", key.Reveal() + "A"];

        foreach (var text in presented)
        {
            var problem = await RefusedAsync("ListCasts", "GET", "casts", null, ("Authorization", "Bearer " + text));

            Assert.Equal((HttpStatusCode.Unauthorized, "auth.invalid", "There is no such key, or it does not hold any more."), (problem.Status, problem.Code, problem.Detail));
            Assert.Contains(("WWW-Authenticate", "Bearer error=\"invalid_token\""), problem.Headers);
        }

        Assert.Equal("auth.invalid", (await RefusedAsync("ListCasts", "GET", "casts", null, ("Authorization", "Basic " + key.Reveal()))).Code);
        Assert.Equal("auth.missing", (await RefusedAsync("ListCasts", "GET", "casts?code=" + key.Reveal())).Code);
    }

    [Fact]
    public async Task A_key_that_has_expired_and_one_of_a_disabled_account_are_told_why()
    {
        var key = await AddAsync("acme", Role.Viewer, key => key with { ExpiresAt = _time.Now.AddMinutes(1) });
        Assert.Equal("acme", (await AdmittedAsync("ListCasts", "GET", "casts", null, Bearer(key))).Account);

        _time.Now += TimeSpan.FromMinutes(1);
        var other = await AddAsync("acme", Role.Viewer);
        await _store.ChangeAsync("acme", stored => (stored! with { DisabledAt = _time.Now }, true), None);

        Assert.Equal("auth.expired", (await RefusedAsync("ListCasts", "GET", "casts", null, Bearer(key))).Code);
        var disabled = await RefusedAsync("ListCasts", "GET", "casts", null, Bearer(other));
        Assert.Equal((HttpStatusCode.Forbidden, "auth.disabled"), (disabled.Status, disabled.Code));
    }

    [Theory]
    [InlineData(Role.Viewer, "ListCasts", null)]
    [InlineData(Role.Viewer, "StartCastOverHttp", "caster")]
    [InlineData(Role.Viewer, "PutTool", "admin")]
    [InlineData(Role.Caster, "ListCasts", null)]
    [InlineData(Role.Caster, "StartCastOverHttp", null)]
    [InlineData(Role.Caster, "PutTool", "admin")]
    [InlineData(Role.Caster, "CreateKey", "admin")]
    [InlineData(Role.Admin, "PutTool", null)]
    [InlineData(Role.Admin, "CreateKey", null)]
    [InlineData(Role.Admin, "PutAccount", "an admin of the account main")]
    public async Task A_role_may_do_what_it_may_and_is_told_which_one_is_wanted(Role role, string function, string? wanted)
    {
        var key = await AddAsync("acme", role);

        if (wanted is null)
        {
            Assert.Equal(role, (await AdmittedAsync(function, "POST", "x", null, Bearer(key))).Role);
            return;
        }

        var problem = await RefusedAsync(function, "POST", "x", null, Bearer(key));
        Assert.Equal((HttpStatusCode.Forbidden, "auth.role"), (problem.Status, problem.Code));
        Assert.Contains(wanted, problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_account_is_for_the_admins_of_main_alone()
    {
        var (acme, caster, operators) = (await AddAsync("acme", Role.Admin), await AddAsync("main", Role.Caster), await AddAsync("main", Role.Admin));

        foreach (var key in (ApiKey[])[acme, caster])
        {
            var problem = await RefusedAsync("ListCasts", "GET", "casts?account=other", null, Bearer(key));
            Assert.Equal((HttpStatusCode.Forbidden, "auth.account"), (problem.Status, problem.Code));
        }

        Assert.Equal("acme", (await AdmittedAsync("ListCasts", "GET", "casts?account=acme", null, Bearer(acme))).Account);
        Assert.True((await AdmittedAsync("ListCasts", "GET", "casts?account=other", null, Bearer(operators))).IsOperator);
        await AdmittedAsync("PutAccount", "PUT", "accounts/x", null, Bearer(operators));
        Assert.Equal("query.invalid", (await RefusedAsync("ListCasts", "GET", "casts?account=A-B", null, Bearer(operators))).Code);
    }

    [Theory]
    [InlineData("GetCast")]
    [InlineData("GetRunArtifact")]
    [InlineData("AnswerStep")]
    public async Task The_cast_of_another_account_is_one_that_does_not_exist(string function)
    {
        var (acme, operators) = (await AddAsync("acme", Role.Admin), await AddAsync("main", Role.Admin));

        Assert.Equal(CastReading.NotFound(OfOther).Problem, await RefusedAsync(function, "GET", "x", OfOther, Bearer(acme)) with { Headers = CastReading.NotFound(OfOther).Problem.Headers });
        Assert.Equal("cast.notFound", (await RefusedAsync(function, "GET", "x", OfOther + "~step.1", Bearer(acme))).Code);
        await AdmittedAsync(function, "GET", "x", OfAcme, Bearer(acme));
        await AdmittedAsync(function, "GET", "x", OfOther, Bearer(operators));

        // The function says what is wrong with it.
        await AdmittedAsync(function, "GET", "x", "not an id", Bearer(acme));
    }

    [Fact]
    public async Task Without_keys_whoever_calls_is_an_operator()
    {
        Assert.Equal(Caller.Everyone, await AdmittedAsync(Call("PutAccount", "PUT", "accounts/x", null), KeyUse.Off));
        Assert.Equal(Caller.Everyone, await AdmittedAsync(Call("GetCast", "GET", "x", OfOther, Bearer(ApiKey.New())), KeyUse.Off));
    }

    [Fact]
    public async Task A_function_that_does_not_say_what_it_needs_is_not_called()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => AdmittedAsync("Forgotten", "GET", "x"));

        Assert.Contains("Forgotten", failure.Message, StringComparison.Ordinal);
    }

    static (string, string) Bearer(ApiKey key) => ("Authorization", "Bearer " + key.Reveal());

    async Task<ApiKey> AddAsync(string account, Role role, Func<KeyRecord, KeyRecord>? change = null)
    {
        var key = ApiKey.New();
        var record = new KeyRecord(key.Id, role, "a key", key.Hash(), _time.Now);
        await _store.PlaceAsync(key.Id, account, None);
        await _store.ChangeAsync(account, stored => ((stored ?? new Account(account, _time.Now)).With(change?.Invoke(record) ?? record, _time.Now), true), None);
        return key;
    }

    Task<Caller> AdmittedAsync(string function, string method, string path, string? id = null, params (string, string)[] headers) =>
        AdmittedAsync(Call(function, method, path, id, headers), KeyUse.Required);

    async Task<Problem> RefusedAsync(string function, string method, string path, string? id = null, params (string, string)[] headers) =>
        (await Assert.ThrowsAsync<RefusedException>(() => AdmittedAsync(function, method, path, id, headers))).Problem;

    /// <returns>As whom the function was called.</returns>
    async Task<Caller> AdmittedAsync(FunctionContext context, KeyUse use)
    {
        Caller? caller = null;
        var limit = new RequestLimit(new LimitLookup(_store, _defaults), _quota);
        await new Authenticate(new SecurityOptions(use), new KeyCheck(_store, _time), limit, NullLogger<Authenticate>.Instance).Invoke(context, called =>
        {
            caller = Caller.Of(called);
            return Task.CompletedTask;
        });
        return caller ?? throw new InvalidOperationException("The function was not called.");
    }

    static FunctionContext Call(string function, string method, string path, string? id, params (string Name, string Value)[] headers)
    {
        var context = new Mock<FunctionContext>();
        var request = new FakeRequest(method, path, context: context.Object);
        foreach (var (name, value) in headers)
        {
            request.With(name, value);
        }

        var feature = new Mock<IHttpRequestDataFeature>();
        feature.Setup(http => http.GetHttpRequestDataAsync(It.IsAny<FunctionContext>())).ReturnsAsync(request);
        context.Setup(call => call.Features.Get<IHttpRequestDataFeature>()).Returns(feature.Object);
        context.Setup(call => call.FunctionDefinition.Name).Returns(function);
        context.Setup(call => call.BindingContext.BindingData).Returns(new Dictionary<string, object?> { ["id"] = id });
        context.SetupGet(call => call.Items).Returns(new Dictionary<object, object>());
        return context.Object;
    }
}
