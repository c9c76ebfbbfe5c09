#!/usr/bin/env bash
# Renders manifests/ from the chart, and tries the chart with many values.
set -euo pipefail

usage() {
  cat <<'END'
Usage: deploy/kubernetes/render.sh [OPTION]...

Writes deploy/kubernetes/manifests/ anew, checks the chart (helm lint, the values in chart/ci, values
that must be refused), and validates all that was rendered if kubeconform is in PATH.

  --check                 write nothing: fail if manifests/ is not what the chart renders
  --schema-location HERE  where kubeconform finds schemas, in place of the internet; may be repeated
  --help                  this text
END
}

die() {
  printf 'render.sh: %s\n' "$*" >&2
  exit 2
}

cd "$(dirname "${BASH_SOURCE[0]}")"

# The oldest that Chart.yaml allows.
readonly kubernetes=1.30.0

check=no
schemas=()
while (($# > 0)); do
  case $1 in
    --help) usage && exit ;;
    --check) check=yes ;;
    --schema-location)
      (($# > 1)) || die "$1 needs a value; --help tells more"
      schemas+=(-schema-location "$2")
      shift
      ;;
    *) die "there is no option \"$1\"; --help lists them" ;;
  esac
  shift
done
if ((${#schemas[@]} == 0)); then
  catalog=https://raw.githubusercontent.com/datreeio/CRDs-catalog/main
  schemas=(-schema-location default
    -schema-location "$catalog/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json")
fi

command -v helm >/dev/null ||
  die 'there is no helm in PATH, nor in Debian; get it by "go install helm.sh/helm/v3/cmd/helm@latest" or from https://helm.sh'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  failures=$((failures + 1))
}

# helm says of each link in the chart that it follows it; what else it says goes through.
render() {
  helm template ocsp-stapling-exporter chart --namespace monitoring --kube-version "$kubernetes" \
    "$@" 2> >(grep -v 'found symbolic link in path' >&2)
}

# manifest FILE TEMPLATE...: what people apply without helm, so without the labels that name it.
manifest() {
  local -r file=$1
  local -a templates=("${@:2}")
  {
    printf '# Rendered by deploy/kubernetes/render.sh from the chart and manifests-values.yaml.\n'
    render --values manifests-values.yaml "${templates[@]/#/--show-only=templates/}" |
      sed -E '1{/^---$/d}; /^# Source: |^ +helm\.sh\/chart: |^ +app\.kubernetes\.io\/managed-by: Helm$/d'
  } >"$work/manifests/$file"
}

manifests() {
  mkdir "$work/manifests"
  manifest exporter.yaml serviceaccount.yaml configmap.yaml service.yaml deployment.yaml \
    poddisruptionbudget.yaml
  manifest network_policy.yaml networkpolicy.yaml
  manifest prometheus_operator.yaml servicemonitor.yaml probe.yaml prometheusrule.yaml
  if [[ $check == yes ]]; then
    diff --recursive --unified manifests "$work/manifests" ||
      fail 'manifests/ is not what the chart renders; deploy/kubernetes/render.sh renders it anew'
  else
    mkdir -p manifests
    cp "$work"/manifests/*.yaml manifests/
  fi
}

# Every file of values renders, and lint has nothing to say about it.
values() {
  local file
  for file in manifests-values.yaml chart/ci/*-values.yaml; do
    helm lint chart --strict --quiet --kube-version "$kubernetes" --values "$file" \
      2> >(grep -v 'found symbolic link in path' >&2) || fail "helm lint with $file"
    render --values "$file" >"$work/$(basename "$file")" || fail "rendering with $file"
  done
}

# renders VALUES yes|no TEXT: whether the text is in what these values render.
renders() {
  local found=no
  if grep --quiet --fixed-strings -- "$3" "$work/$1-values.yaml"; then found=yes; fi
  [[ $found == "$2" ]] || fail "chart/ci/$1-values.yaml: is \"$3\" rendered? $found"
}

facts() {
  # The longest timeout (90 s), five to go on serving, five to spare; a value beats the sum.
  renders everything yes 'terminationGracePeriodSeconds: 100'
  renders secrets yes 'terminationGracePeriodSeconds: 120'
  renders nothing yes 'terminationGracePeriodSeconds: 16'
  # The kubelet has no password.
  renders everything yes tcpSocket
  renders everything no httpGet
  renders nothing no tcpSocket
  renders everything yes 'url: ocsp-stapling-exporter.monitoring.svc:80'
  renders everything yes 'path: /stapling/probe'
  renders everything yes 'scheme: https'
  renders secrets no 'scheme: https'
  # A Secret that is there is not made, and a configuration in one needs no ConfigMap.
  renders secrets no 'kind: Secret'
  renders secrets no 'kind: ConfigMap'
  renders nothing no 'kind: ServiceAccount'
  renders everything no 'replicas:'
  # Either the pods reload, or they are replaced.
  renders everything no checksum/config
  renders nothing yes checksum/config
  renders nothing no --config.enable-auto-reload
  renders everything no tls_gnutls
  renders openshift no runAsUser
  renders everything yes 'grafana_dashboard: "1"'
  # Prometheus' templates are none of helm's.
  # shellcheck disable=SC2016
  renders everything yes '{{ $labels.instance }}'
}

# refuses JSON SENTENCE: the chart says it instead of rendering.
refuses() {
  local said
  if said=$(render --values <(printf '%s\n' "$1") 2>&1); then
    fail "these values should have been refused: $1"
  elif [[ $said != *"$2"* ]]; then
    fail "these values were refused with other words than \"$2\": $1: $said"
  fi
}

refusals() {
  refuses '{"replicas": 3}' "additional properties 'replicas' not allowed"
  refuses '{"replicaCount": -1}' "at '/replicaCount': minimum: got -1, want 0"
  refuses '{"service": {"port": 70000}}' "at '/service/port': maximum: got 70,000, want 65,535"
  refuses '{"log": {"level": "loud"}}' "at '/log/level': value must be one of"
  refuses '{"image": {"digest": "latest"}}' "at '/image/digest': 'latest' does not match pattern"
  refuses '{"routePrefix": "stapling/"}' "at '/routePrefix': 'stapling/' does not match pattern"
  refuses '{"config": {"modules": {"mine": null}}}' "at '/config/modules/mine': got null, want object"
  refuses '{"networkPolicy": {"from": []}}' "at '/networkPolicy/from': minItems: got 0, want 1"
  local -r probe='{"prometheusOperator": {"probes": [{"name": "a", "module": "MODULE" MORE}]}}'
  local -r tls=${probe/MODULE/tls}
  refuses "${tls/MORE/}" "at '/prometheusOperator/probes/0': 'oneOf' failed, none matched"
  refuses "${tls/MORE/, \"targets\": [\"a\"], \"ingress\": {\"selector\": {\}\}}" "'oneOf' failed, subschemas 0, 1 matched"
  refuses "${tls/MORE/, \"targets\": [\"http://example.org\"]}" "/targets/0': 'not' failed"
  refuses "${probe/MODULE\" MORE/absent\", \"targets\": [\"example.org\"]}" \
    'probe "a": there is no module "absent" in config.modules'
}

validate() {
  if ! command -v kubeconform >/dev/null; then
    printf 'Not validated: there is no kubeconform in PATH (%s).\n' \
      'go install github.com/yannh/kubeconform/cmd/kubeconform@latest'
    return
  fi
  kubeconform -strict -summary -kubernetes-version "$kubernetes" "${schemas[@]}" \
    "$work"/manifests/*.yaml "$work"/*-values.yaml || fail 'kubeconform'
}

manifests
values
facts
refusals
validate

if ((failures > 0)); then
  printf 'render.sh: %d checks failed\n' "$failures" >&2
  exit 1
fi
printf 'Chart and manifests are in order.\n'
