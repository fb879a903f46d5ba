using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Http;

/// <summary>A request as the function sees it. Its body has arrived, and can be read as often as one likes.</summary>
internal sealed class HostedHttpRequestData(HttpRequest request, Stream body, FunctionContext context) : HttpRequestData(context)
{
    public override Stream Body => body;

    public override HttpHeadersCollection Headers => field ??= new HttpHeadersCollection(
        request.Headers.Select(header => KeyValuePair.Create<string, IEnumerable<string>>(header.Key, header.Value.Select(value => value ?? string.Empty))));

    public override IReadOnlyCollection<IHttpCookie> Cookies => field ??=
        [.. request.Cookies.Select(IHttpCookie (cookie) => new HttpCookie(cookie.Key, cookie.Value))];

    public override Uri Url => field ??= new Uri(request.GetEncodedUrl());

    public override IEnumerable<ClaimsIdentity> Identities => request.HttpContext.User.Identities;

    public override string Method => request.Method;

    public override HttpResponseData CreateResponse() => new HostedHttpResponseData(FunctionContext);
}
